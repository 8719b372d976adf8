package postgis_test

import (
	"context"
	"testing"
	"time"

	"github.com/twpayne/go-geom"

	"hongxian/geodata"
	"hongxian/geodata/postgis"
	"hongxian/internal/pgtest"
)

func TestOpenSetsEveryConnectionUp(t *testing.T) {
	ctx := context.Background()
	pool, err := postgis.Open(ctx, pgtest.Database(t),
		postgis.ApplicationName("hongxian test"), postgis.StatementTimeout(time.Minute), postgis.MaxConnections(2))
	if err != nil {
		t.Fatal(err)
	}
	defer pool.Close()
	setting := func(name, want string) {
		t.Helper()
		var got string
		if err := pool.QueryRow(ctx, "select current_setting($1)", name).Scan(&got); err != nil || got != want {
			t.Errorf("%s is %q, not %q: %v", name, got, want, err)
		}
	}
	setting("jit", "off")
	setting("default_toast_compression", "lz4")
	setting("TimeZone", "UTC")
	setting("application_name", "hongxian test")
	setting("statement_timeout", "1min")
	var point geom.Point
	if err := pool.QueryRow(ctx, "select 'SRID=4490;POINT(110 31)'::geometry").Scan(&point); err != nil {
		t.Fatal(err)
	}
	if point.SRID() != 4490 || point.X() != 110 || point.Y() != 31 {
		t.Errorf("got %v in %d", point.FlatCoords(), point.SRID())
	}
}

func TestOpenSaysWhatIsWrong(t *testing.T) {
	refuses := func(dsn string, kind geodata.Kind, code string) {
		t.Helper()
		_, err := postgis.Open(context.Background(), dsn)
		if e := geodata.AsError(err); e.Kind != kind || e.Code != code {
			t.Errorf("%s: %v", dsn, err)
		}
	}
	refuses("postgres://x@host:notaport/", geodata.Invalid, "database-dsn-malformed")
	refuses("host="+t.TempDir()+" user=nobody", geodata.Unavailable, "database-unreachable")
}
