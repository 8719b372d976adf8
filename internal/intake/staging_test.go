package intake_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/paulmach/orb"

	"hongxian/geodata"
	"hongxian/internal/intake"
)

// many are small squares, more than one chunk of them; the first record crosses itself.
func many(n int) []geodata.Feature {
	features := []geodata.Feature{{Record: 1, Geometry: orb.Polygon{{{109.80, 31.00}, {109.81, 31.01}, {109.81, 31.00}, {109.80, 31.01}, {109.80, 31.00}}}}}
	for i := 1; i < n; i++ {
		x, y := 109.7+float64(i%100)*0.003, 30.9+float64(i/100)*0.003
		features = append(features, geodata.Feature{Record: i + 1, Code: fmt.Sprint(i),
			Geometry: orb.Polygon{{{x, y}, {x + 0.002, y}, {x + 0.002, y + 0.002}, {x, y + 0.002}, {x, y}}}})
	}
	return features
}

const manyRecords = 4500

// stagedRows counts what waits in the staging tables.
func stagedRows(t *testing.T, db *pgxpool.Pool) (copies, records int) {
	t.Helper()
	err := db.QueryRow(context.Background(), "select (select count(*) from staging), (select count(*) from staged_record)").Scan(&copies, &records)
	if err != nil {
		t.Fatal(err)
	}
	return copies, records
}

// stage loads many records under a staging key.
func stage(ctx context.Context, db *pgxpool.Pool, label, key string, d geodata.Delivery, progress func(staged, kept int)) (*intake.Report, error) {
	return (&intake.Loader{DB: db}).Load(ctx, intake.Request{Ref: geodata.VersionRef{County: "500237", Layer: geodata.RedLine, Label: label},
		Delivery: d, StagingKey: key, Progress: progress})
}

func manyDelivered() geodata.Delivery {
	return geodata.Delivery{SRID: 4490, Features: streamOf(many(manyRecords), nil)}
}

// cutOff has the server end the import's session while it keeps records.
func cutOff(t *testing.T, db *pgxpool.Pool, key string) {
	t.Helper()
	cutOffAs(t, db, key, "")
	holds(t, db, 0, 0)
}

// cutOffAs does so with a file of a digest.
func cutOffAs(t *testing.T, db *pgxpool.Pool, key, digest string) {
	t.Helper()
	_, err := (&intake.Loader{DB: db}).Load(context.Background(), intake.Request{Ref: geodata.VersionRef{County: "500237", Layer: geodata.RedLine, Label: "cut"},
		Delivery: manyDelivered(), StagingKey: key, SourceDigest: digest, Progress: func(_, kept int) {
			if kept == 0 {
				return
			}
			_, err := db.Exec(context.Background(), "select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and classid = 8153 and database = (select oid from pg_database where datname = current_database())")
			if err != nil {
				t.Error(err)
			}
		}})
	if err == nil {
		t.Fatal("the import whose session was ended says that it is done")
	}
	if copies, records := stagedRows(t, db); copies != 1 || records != manyRecords {
		t.Fatalf("%d copies with %d records wait for the next import", copies, records)
	}
}

// An import that was cut off goes on from what was staged, without reading the file
// again, and comes to the same draft.
func TestResumesFromTheStagedCopy(t *testing.T) {
	db := newCounty(t)
	fresh, err := stage(context.Background(), db, "fresh", "", manyDelivered(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := dropVersion(db, "fresh"); err != nil {
		t.Fatal(err)
	}
	cutOff(t, db, "the file")
	unread := geodata.Delivery{SRID: 4490, Features: func(func(geodata.Feature, error) bool) { t.Error("the file was read again") }}
	resumed, err := stage(context.Background(), db, "resumed", "the file", unread, nil)
	if err != nil {
		t.Fatal(err)
	}
	if resumed.Digest != fresh.Digest || resumed.Area != fresh.Area || resumed.Read != manyRecords || resumed.Kept != manyRecords-1 || resumed.Refused != 1 {
		t.Errorf("resumed %+v\nfresh %+v", resumed, fresh)
	}
	if !slices.ContainsFunc(resumed.Findings, func(f intake.Finding) bool { return f.Code == "staged-copy-used" }) {
		t.Errorf("the report does not say so: %+v", resumed.Findings)
	}
	if copies, records := stagedRows(t, db); copies != 0 || records != 0 {
		t.Errorf("%d copies with %d records are left", copies, records)
	}
}

func dropVersion(db *pgxpool.Pool, label string) error {
	_, err := db.Exec(context.Background(), "delete from version where label = $1", label)
	return err
}

// Which versions came of the same file is said as it is when an import goes on, not as
// it was when it was cut off.
func TestKnownFilesWhereAnImportGoesOn(t *testing.T) {
	db := newCounty(t)
	load := func(label, key string, d geodata.Delivery) *intake.Report {
		t.Helper()
		report, err := (&intake.Loader{DB: db}).Load(t.Context(), intake.Request{Ref: geodata.VersionRef{County: "500237", Layer: geodata.RedLine, Label: label},
			Delivery: d, StagingKey: key, SourceDigest: "the file's"})
		if err != nil {
			t.Fatal(err)
		}
		return report
	}
	load("gone", "", deliver(t, 4490, square))
	cutOffAs(t, db, "the file", "the file's")
	if err := dropVersion(db, "gone"); err != nil {
		t.Fatal(err)
	}
	load("new", "", deliver(t, 4490, square))
	var known []string
	for _, f := range load("resumed", "the file", manyDelivered()).Findings {
		if f.Code == "file-known" {
			known = append(known, f.EN)
		}
	}
	if len(known) != 1 || !strings.Contains(known[0], "@new") {
		t.Errorf("said to be known: %v", known)
	}
}

// Another file, or the same one read in another way, is read; so is one without a key.
func TestAnotherFileIsRead(t *testing.T) {
	db := newCounty(t)
	cutOff(t, db, "the file")
	for _, key := range []string{"another file", ""} {
		report, err := stage(context.Background(), db, "v"+key, key, deliver(t, 4490, square), nil)
		if err != nil || report.Read != 1 {
			t.Errorf("%q: %+v, %v", key, report, err)
		}
	}
}

// What nobody will use goes with the next import: copies that are not complete, and old
// ones; one that an import is at work on stays.
func TestOldCopiesAreSwept(t *testing.T) {
	db := newCounty(t)
	cutOff(t, db, "the file")
	for _, sql := range []string{"update staging set created_at = now() - interval '25 hours'",
		"insert into staging (key) values ('half')", "insert into staged_record select max(id), 1, '', '', '', '{}', 'POINT EMPTY' from staging"} {
		if _, err := db.Exec(context.Background(), sql); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := stage(context.Background(), db, "next", "", deliver(t, 4490, square), nil); err != nil {
		t.Fatal(err)
	}
	if copies, records := stagedRows(t, db); copies != 0 || records != 0 {
		t.Errorf("%d copies with %d records are left", copies, records)
	}
}

// A cancelled import leaves no copy, a refused one neither.
func TestGivenUpImportsLeaveNoCopy(t *testing.T) {
	db := newCounty(t)
	ctx, cancel := context.WithCancel(context.Background())
	_, err := stage(ctx, db, "cancelled", "a", manyDelivered(), func(_, kept int) {
		if kept > 0 {
			cancel()
		}
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	broken := geodata.Delivery{SRID: 4490, Features: streamOf(many(manyRecords), &geodata.Error{Kind: geodata.Invalid, Code: "file-truncated"})}
	if _, err := stage(context.Background(), db, "refused", "b", broken, nil); geodata.AsError(err).Code != "file-truncated" {
		t.Errorf("refused: %v", err)
	}
	holds(t, db, 0, 0)
	if copies, records := stagedRows(t, db); copies != 0 || records != 0 {
		t.Errorf("%d copies with %d records are left", copies, records)
	}
}

// Imports at the same time, of the same file and of others, do not meet.
func TestImportsAtTheSameTime(t *testing.T) {
	db := newCounty(t)
	cutOff(t, db, "the file")
	digests := make([]string, 4)
	var imports sync.WaitGroup
	for i := range digests {
		imports.Go(func() {
			report, err := stage(context.Background(), db, fmt.Sprint(i), "the file", manyDelivered(), nil)
			if err != nil {
				t.Error(err)
				return
			}
			digests[i] = report.Digest
		})
	}
	imports.Wait()
	for _, d := range digests {
		if d == "" || d != digests[0] {
			t.Errorf("digests differ: %v", digests)
		}
	}
	holds(t, db, len(digests), len(digests)*(manyRecords-1))
	if copies, records := stagedRows(t, db); copies != 0 || records != 0 {
		t.Errorf("%d copies with %d records are left", copies, records)
	}
}
