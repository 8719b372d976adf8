package postgis_test

import (
	"context"
	"encoding/json"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/paulmach/orb"

	"hongxian/geodata"
	"hongxian/geodata/postgis"
	"hongxian/internal/pgtest"
)

func putProfile(t *testing.T, db *pgxpool.Pool, code, profile string) {
	t.Helper()
	err := (&postgis.Catalogue{DB: db}).PutCounty(context.Background(), postgis.County{Code: code, NameZH: "县", NameEN: "County",
		PlaneSRID: 4546, Bounds: orb.Bound{Min: orb.Point{109, 30}, Max: orb.Point{111, 32}}, Profile: json.RawMessage(profile)}, nil)
	if err != nil {
		t.Fatal(err)
	}
}

// Profiles are sent once, and yet never old, nor another database's.
func TestProfileIsTheOneHeld(t *testing.T) {
	one, other := pgtest.New(t), pgtest.New(t)
	is := func(db *pgxpool.Pool, code, want string) {
		t.Helper()
		for range 2 {
			k, err := (&postgis.Catalogue{DB: db}).County(context.Background(), code)
			if err != nil || string(k.Profile) != want || len(k.ProfileDigest) != 64 {
				t.Errorf("%q, not %q: %v", k.Profile, want, err)
			}
		}
	}
	putProfile(t, one, "990001", `{"a": 1}`)
	putProfile(t, other, "990001", `{"b": 2}`)
	is(one, "990001", `{"a": 1}`)
	is(other, "990001", `{"b": 2}`)
	is(one, "", `{"a": 1}`)
	putProfile(t, one, "990001", `{"a": 3}`)
	is(one, "990001", `{"a": 3}`)
	is(one, "", `{"a": 3}`)
	putProfile(t, one, "990002", `{"a": 3}`)
	is(one, "990002", `{"a": 3}`)
	for code, want := range map[string]string{"": "county-ambiguous", "990003": "county-unknown"} {
		if _, err := (&postgis.Catalogue{DB: one}).County(context.Background(), code); geodata.AsError(err).Code != want {
			t.Errorf("%q: %v, not %s", code, err, want)
		}
	}
}

// A database that nobody has migrated is opened all the same.
func TestKeepReadyOnAnEmptyDatabase(t *testing.T) {
	pool, err := postgis.Open(context.Background(), pgtest.Empty(t), postgis.KeepReady(2))
	if err != nil {
		t.Fatal(err)
	}
	defer pool.Close()
	var one int
	if err := pool.QueryRow(context.Background(), "select 1").Scan(&one); err != nil || one != 1 {
		t.Errorf("%d, %v", one, err)
	}
}
