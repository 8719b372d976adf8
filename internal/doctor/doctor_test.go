package doctor_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"math/big"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"hongxian/internal/doctor"
	"hongxian/internal/pgtest"
	"hongxian/internal/pgtest/holding"
)

func TestStatementsPrepare(t *testing.T) { pgtest.Prepare(t, os.DirFS("sql")) }

// patient is a deployment that holds townships and a red line of two versions.
//
//	┌──────────┐
//	│ ┌──┐     │  the townships and, in them, the red line
//	│ └──┘     │
//	└──────────┘
func patient(t *testing.T) *pgxpool.Pool {
	db := pgtest.New(t)
	holding.Put(t, db, holding.Wushan, holding.Layers)
	holding.InForce(t, db, "township@2023", 4546, holding.Feature{Code: "500237001", WKT: holding.BoxWKT(394000, 3439000, 396000, 3441000)})
	for _, ref := range []string{"red-line@2018", "red-line@2022"} {
		holding.InForce(t, db, ref, 4546, holding.Feature{Code: "R1", WKT: holding.BoxWKT(394500, 3439500, 395000, 3440000)})
	}
	return db
}

func examine(t *testing.T, db *pgxpool.Pool) map[string]doctor.Finding {
	t.Helper()
	d := doctor.Doctor{DB: db, Data: t.TempDir()}
	found := map[string]doctor.Finding{}
	for _, f := range d.Examine(context.Background()) {
		if f.ZH == "" || f.EN == "" || (f.MendZH == "") != (f.MendEN == "") {
			t.Errorf("not in both languages: %+v", f)
		}
		found[f.Key] = f
	}
	return found
}

func execute(t *testing.T, db *pgxpool.Pool, sql string) {
	t.Helper()
	if _, err := db.Exec(context.Background(), sql); err != nil {
		t.Fatal(err)
	}
}

// A sound deployment has no fault but what the test server gave up for speed.
func TestSoundDeployment(t *testing.T) {
	found := examine(t, patient(t))
	for _, key := range []string{"database", "schema", "disk", "gdal", "fonts", "versions", "jobs"} {
		if found[key].Level != doctor.Good && !(key == "disk" && found[key].Level == doctor.Warning) {
			t.Errorf("%s: %+v", key, found[key])
		}
	}
	if f := found["database-durability"]; f.Level != doctor.Fault || f.MendZH == "" { // fsync is off here
		t.Errorf("fsync: %+v", f)
	}
}

// Each thing that is broken is found, and only it.
func TestBrokenDeployment(t *testing.T) {
	const redLine = "(select id from version where layer = 'red-line' and label = '2018')"
	for key, c := range map[string]struct {
		level doctor.Level
		sql   string
	}{
		"version-unclosed":      {doctor.Fault, "update fragment set area_m2 = area_m2 - 0.01 where version_id = " + redLine},
		"version-faces":         {doctor.Fault, "delete from fragment_grid where version_id = " + redLine},
		"version-miscounted":    {doctor.Fault, "update version set features = 2 where id = " + redLine},
		"version-area":          {doctor.Fault, "update version set area_m2 = area_m2 + 1 where id = " + redLine},
		"version-half-prepared": {doctor.Warning, "update version set state = 'preparing' where id = " + redLine},
		"versions-schematic":    {doctor.Note, "update version set schematic = true where label = '2022'"},
		"jobs": {doctor.Warning, `insert into river_job (state, finalized_at, kind, args, max_attempts, attempt, errors)
			values ('discarded', now(), 'test', '{}', 3, 3, array['{"error": "no room"}'::jsonb])`},
		"schema": {doctor.Fault, "delete from goose_db_version where version_id > 8"},
	} {
		t.Run(key, func(t *testing.T) {
			t.Parallel()
			db := patient(t)
			before := examine(t, db)
			execute(t, db, c.sql)
			after := examine(t, db)
			if f := after[key]; f.Level != c.level {
				t.Errorf("%+v", f)
			}
			for other, f := range after {
				if other != key && f.Level != before[other].Level {
					t.Errorf("%s is %s after, %s before", other, f.Level, before[other].Level)
				}
			}
		})
	}
}

// A version that somebody is publishing just now has not stopped on its way.
func TestPublicationAtWork(t *testing.T) {
	db := patient(t)
	execute(t, db, "update version set state = 'preparing' where label = '2018'")
	session, err := db.Acquire(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer session.Release()
	if _, err := session.Exec(t.Context(), "select pg_advisory_lock(8152, id::integer) from version where label = '2018'"); err != nil {
		t.Fatal(err)
	}
	if f := examine(t, db)["version-half-prepared"]; f.Key != "" {
		t.Errorf("%+v", f)
	}
}

// Clocks that differ are told; a database that does not answer is a fault of each
// examination that needs it.
func TestClockAndSilence(t *testing.T) {
	db := patient(t)
	d := doctor.Doctor{DB: db, Now: func() time.Time { return time.Now().Add(-time.Minute) }}
	if !slices.ContainsFunc(d.Examine(t.Context()), func(f doctor.Finding) bool { return f.Key == "clock-drift" && f.Level == doctor.Warning }) {
		t.Error("a minute's difference is not told")
	}
	stopped, cancel := context.WithCancel(t.Context())
	cancel()
	found := d.Examine(stopped)
	if doctor.Worst(found) != doctor.Fault || len(found) < 6 {
		t.Errorf("%+v", found)
	}
}

// A certificate is good, spoken of in its last month, and a fault after its end or
// with another's key.
func TestCertificate(t *testing.T) {
	now := time.Now()
	cert, key := selfSigned(t, now.Add(90*24*time.Hour))
	_, other := selfSigned(t, now)
	judged := func(what, key string, at time.Time, want doctor.Level) {
		t.Helper()
		d := doctor.Doctor{Certificate: cert, Key: key, Now: func() time.Time { return at }}
		if found := d.ExamineCertificate(context.Background()); len(found) != 1 || found[0].Level != want {
			t.Errorf("%s: %+v", what, found)
		}
	}
	judged("new", key, now, doctor.Good)
	judged("in its last month", key, now.Add(70*24*time.Hour), doctor.Warning)
	judged("ended", key, now.Add(91*24*time.Hour), doctor.Fault)
	judged("not begun", key, now.Add(-48*time.Hour), doctor.Fault)
	judged("another's key", other, now, doctor.Fault)
}

func selfSigned(t *testing.T, end time.Time) (cert, key string) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-time.Hour), NotAfter: end}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &private.PublicKey, private)
	if err != nil {
		t.Fatal(err)
	}
	secret, err := x509.MarshalECPrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	write := func(name, kind string, content []byte) string {
		path := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: content}), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	return write("cert.pem", "CERTIFICATE", der), write("key.pem", "EC PRIVATE KEY", secret)
}
