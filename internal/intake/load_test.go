package intake_test

import (
	"context"
	"encoding/json"
	"errors"
	"iter"
	"math"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/wkt"

	"hongxian/geodata"
	"hongxian/internal/intake"
	"hongxian/internal/pgtest"
	"hongxian/internal/pgtest/holding"
)

// The shapes of these tests, in EPSG:4490 within the county, each about 1 km wide.
const (
	square = "POLYGON((109.80 31.00,109.81 31.00,109.81 31.01,109.80 31.01,109.80 31.00))"
	beside = "POLYGON((109.82 31.00,109.83 31.00,109.83 31.01,109.82 31.01,109.82 31.00))"
	//	31.01 ┌╲ ╱┐
	//	      │ ╳ │     crosses itself at 109.805 31.005
	//	31.00 └╱ ╲┘
	bowTie = "POLYGON((109.80 31.00,109.81 31.01,109.81 31.00,109.80 31.01,109.80 31.00))"
	//	31.01 ┌───────┐
	//	      │  ┌─┐  │  one ring: the hole hangs from the border at 109.805 31.00,
	//	      │   ╲╱  │  where the ring touches itself
	//	31.00 └───┴───┘
	pinched = "POLYGON((109.80 31.00,109.805 31.00,109.803 31.005,109.807 31.005,109.805 31.00,109.81 31.00,109.81 31.01,109.80 31.01,109.80 31.00))"
	// the same with its hole as a ring
	pinchedAsHole = "POLYGON((109.80 31.00,109.805 31.00,109.81 31.00,109.81 31.01,109.80 31.01,109.80 31.00),(109.805 31.00,109.803 31.005,109.807 31.005,109.805 31.00))"
	// the wrong central meridian, or one mistyped degree
	farAway   = "POLYGON((106.80 31.00,106.81 31.00,106.81 31.01,106.80 31.01,106.80 31.00))"
	oneTypo   = "POLYGON((109.80 31.00,109.81 31.00,112.81 31.01,109.80 31.01,109.80 31.00))"
	flat      = "POLYGON((109.80 31.00,109.81 31.00,109.805 31.00,109.80 31.00))"
	line      = "LINESTRING(109.80 31.00,109.81 31.00)"
	unclosed  = "POLYGON((109.80 31.00,109.81 31.00,109.81 31.01,109.80 31.01))"
	nowhere   = ""
	redLine22 = "500237.red-line@2022"
)

func newCounty(t *testing.T) *pgxpool.Pool {
	t.Helper()
	db := pgtest.New(t)
	holding.Put(t, db, holding.Wushan, holding.Layers)
	return db
}

// deliver streams shapes as records 1, 2, …; an empty one has no geometry.
func deliver(t *testing.T, srid int, shapes ...string) geodata.Delivery {
	t.Helper()
	var features []geodata.Feature
	for i, shape := range shapes {
		f := geodata.Feature{Record: i + 1}
		if shape != nowhere {
			g, err := wkt.Unmarshal(shape)
			if err != nil {
				t.Fatalf("%s: %v", shape, err)
			}
			f.Geometry = g
		}
		features = append(features, f)
	}
	return geodata.Delivery{Name: "红线.shp", SRID: srid, Features: streamOf(features, nil)}
}

// streamOf gives features and then, if there is one, an error.
func streamOf(features []geodata.Feature, failure error) iter.Seq2[geodata.Feature, error] {
	return func(yield func(geodata.Feature, error) bool) {
		for _, f := range features {
			if !yield(f, nil) {
				return
			}
		}
		if failure != nil {
			yield(geodata.Feature{}, failure)
		}
	}
}

func load(ctx context.Context, db *pgxpool.Pool, ref string, d geodata.Delivery) (*intake.Report, error) {
	r, err := geodata.ParseVersionRef(ref)
	if err != nil {
		return nil, err
	}
	return (&intake.Loader{DB: db}).Load(ctx, intake.Request{Ref: r, Delivery: d})
}

// holds checks what the tables hold.
func holds(t *testing.T, db *pgxpool.Pool, versions, features int) {
	t.Helper()
	var v, f int
	err := db.QueryRow(context.Background(), "select (select count(*) from version), (select count(*) from feature)").Scan(&v, &f)
	if err != nil || v != versions || f != features {
		t.Errorf("held: %d versions with %d features (err %v), want %d with %d", v, f, err, versions, features)
	}
}

func TestDoubtfulRecords(t *testing.T) {
	db := newCounty(t)
	second := func(name, shape string, srid int, want intake.Finding) {
		t.Run(name, func(t *testing.T) {
			good := square
			if srid != 4490 {
				good = "POLYGON((392600 3439600,392800 3439600,392800 3439750,392600 3439600))"
			}
			report, err := load(context.Background(), db, redLine22, deliver(t, srid, good, shape))
			if err != nil {
				t.Fatal(err)
			}
			if len(report.Findings) != 1 {
				t.Fatalf("findings: %+v", report.Findings)
			}
			f := report.Findings[0]
			if f.Fate != want.Fate || f.Code != want.Code || f.Record != 2 {
				t.Errorf("got %s %s of record %d: %s", f.Fate, f.Code, f.Record, f.EN)
			}
			if !strings.Contains(f.ZH, "2") || !strings.Contains(f.EN, "ecord 2") {
				t.Errorf("the sentences do not name the record: %s %s", f.ZH, f.EN)
			}
			if (f.At == nil) != (want.At == nil) || f.At != nil && apart(*f.At, *want.At) > 1e-9 {
				t.Errorf("at %v, want %v", f.At, want.At)
			}
			if math.Abs(float64(f.Effect-want.Effect)) > 0.01*math.Abs(float64(want.Effect))+1e-6 {
				t.Errorf("effect %f m², want %f", f.Effect, want.Effect)
			}
			refused := 0
			if want.Fate == intake.Refused {
				refused = 1
			}
			if report.Read != 2 || report.Refused != refused || report.Kept != 2-refused {
				t.Errorf("counted: %+v", report)
			}
			holds(t, db, 1, 2-refused)
		})
	}
	at := func(x, y float64) *orb.Point { return &orb.Point{x, y} }
	second("bow-tie", bowTie, 4490, intake.Finding{Fate: intake.Refused, Code: "self-intersection", At: at(109.805, 31.005), Effect: 529_000})
	second("ring touching itself", pinched, 4490, intake.Finding{Fate: intake.Repaired, Code: "repaired", At: at(109.805, 31)})
	second("no geometry", nowhere, 4490, intake.Finding{Fate: intake.Refused, Code: "geometry-missing"})
	second("a line", line, 4490, intake.Finding{Fate: intake.Refused, Code: "not-a-polygon", At: at(109.80, 31)})
	second("no area", flat, 4490, intake.Finding{Fate: intake.Refused, Code: "no-area", At: at(109.805, 31)})
	second("unclosed ring", unclosed, 4490, intake.Finding{Fate: intake.Refused, Code: "ring-unclosed", At: at(109.80, 31.01)})
	second("three degrees west", farAway, 4490, intake.Finding{Fate: intake.Refused, Code: "crs-far-away", At: at(106.80, 31)})
	second("one vertex three degrees east", oneTypo, 4490, intake.Finding{Fate: intake.Refused, Code: "crs-far-away", At: at(112.81, 31.01)})
	second("degrees declared as metres", square, 4546, intake.Finding{Fate: intake.Refused, Code: "crs-far-away", At: at(109.80, 31)})
	second("northing first", "POLYGON((3439600 392600,3439600 392800,3439750 392800,3439600 392600))", 4546,
		intake.Finding{Fate: intake.Refused, Code: "crs-far-away", At: at(3439600, 392600)})
	second("zone prefix not declared", "POLYGON((37392600 3439600,37392800 3439600,37392800 3439750,37392600 3439600))", 4546,
		intake.Finding{Fate: intake.Refused, Code: "crs-far-away", At: at(37392600, 3439600)})
	second("bow-tie beyond the earth", "POLYGON((37392600 3439600,37392800 3439750,37392800 3439600,37392600 3439750,37392600 3439600))", 4546,
		intake.Finding{Fate: intake.Refused, Code: "crs-far-away", At: at(37392600, 3439600)})
}

func apart(a, b orb.Point) float64 { return math.Hypot(a[0]-b[0], a[1]-b[1]) }

func TestRepairKeepsAreaAndDelivery(t *testing.T) {
	db := newCounty(t)
	if _, err := load(context.Background(), db, redLine22, deliver(t, 4490, pinched, pinchedAsHole)); err != nil {
		t.Fatal(err)
	}
	var asCame, sameArea bool
	err := db.QueryRow(context.Background(), `
		select st_orderingequals(a.delivery, st_geomfromtext($1, 4490)),
		       abs(a.area_m2 - b.area_m2) < 1e-6 and abs(a.grid_m2 - b.grid_m2) < 1e-6
		from feature a, feature b where a.id = 1 and b.id = 2`, pinched).Scan(&asCame, &sameArea)
	if err != nil || !asCame || !sameArea {
		t.Errorf("delivery as it came: %v, area kept: %v, err %v", asCame, sameArea, err)
	}
}

func TestNothingIsStored(t *testing.T) {
	db := newCounty(t)
	broken := errors.New("the disk is gone")
	polygon, _ := wkt.Unmarshal(square)
	refused := func(name string, err error, kind geodata.Kind, code string) {
		t.Helper()
		if e := geodata.AsError(err); err == nil || e.Kind != kind || e.Code != code {
			t.Errorf("%s: %v", name, err)
		}
		holds(t, db, 0, 0)
	}
	ctx := context.Background()
	_, err := load(ctx, db, redLine22, deliver(t, 4490, bowTie, farAway))
	refused("every record refused by the database", err, geodata.Invalid, "self-intersection")
	if e := geodata.AsError(err); e.Record != 1 || e.At == nil || !strings.Contains(e.ZH, "2 条") {
		t.Errorf("the first reason: %+v", e)
	}
	_, err = load(ctx, db, redLine22, deliver(t, 4490, line, nowhere))
	refused("every record refused before it", err, geodata.Invalid, "not-a-polygon")
	_, err = load(ctx, db, redLine22, deliver(t, 4490))
	refused("an empty delivery", err, geodata.Invalid, "no-polygons")
	_, err = load(ctx, db, redLine22, deliver(t, 27700, square))
	refused("another continent's grid", err, geodata.Invalid, "crs-far-away")
	_, err = load(ctx, db, redLine22, deliver(t, 91234, square))
	refused("a reference system nobody knows", err, geodata.Invalid, "crs-impossible")
	_, err = load(ctx, db, "500237.scenic-area@2022", deliver(t, 4490, square))
	refused("an unknown layer", err, geodata.NotFound, "layer-unknown")
	_, err = load(ctx, db, "500238.red-line@2022", deliver(t, 4490, square))
	refused("an unknown county", err, geodata.NotFound, "county-unknown")
	_, err = load(ctx, db, redLine22, geodata.Delivery{SRID: 4490, Features: streamOf([]geodata.Feature{{Record: 1, Geometry: polygon}}, broken)})
	refused("a stream that breaks", err, geodata.Internal, "internal")
	if !errors.Is(err, broken) {
		t.Errorf("the cause is lost: %v", err)
	}
}

func TestUnreadableRecordsAreCounted(t *testing.T) {
	db := newCounty(t)
	polygon, _ := wkt.Unmarshal(square)
	unreadable := &geodata.Error{Kind: geodata.Invalid, Code: "geometry-unreadable", Record: 2, ZH: "第 2 条记录读不出。", EN: "Record 2 cannot be read."}
	of := func(end error) geodata.Delivery {
		return geodata.Delivery{SRID: 4490, Features: streamOf([]geodata.Feature{{Record: 1, Geometry: polygon}}, end)}
	}
	_, err := load(context.Background(), db, redLine22, of(unreadable))
	if e := geodata.AsError(err); e.Code != "geometry-unreadable" {
		t.Errorf("a file that ends in an unreadable record: %v", err)
	}
	holds(t, db, 0, 0)
	report, err := load(context.Background(), db, redLine22, of(geodata.RefuseRecord(unreadable)))
	if err != nil {
		t.Fatal(err)
	}
	if report.Read != 2 || report.Kept != 1 || report.Refused != 1 || report.Findings[0].Code != "geometry-unreadable" {
		t.Errorf("report: %+v", report)
	}
}

func TestDraftIsReplaced(t *testing.T) {
	db := newCounty(t)
	ctx := context.Background()
	if _, err := load(ctx, db, redLine22, deliver(t, 4490, square, beside)); err != nil {
		t.Fatal(err)
	}
	report, err := load(ctx, db, redLine22, deliver(t, 4490, beside))
	if err != nil {
		t.Fatal(err)
	}
	holds(t, db, 1, 1)
	var digest string
	var stored []byte
	if err := db.QueryRow(ctx, "select digest, intake from version").Scan(&digest, &stored); err != nil {
		t.Fatal(err)
	}
	if digest != report.Digest || len(digest) != 64 {
		t.Errorf("digest %q, reported %q", digest, report.Digest)
	}
	var kept intake.Report
	if err := json.Unmarshal(stored, &kept); err != nil || !reflect.DeepEqual(&kept, report) {
		t.Errorf("stored %+v (%v), reported %+v", kept, err, report)
	}
}

func TestDigestFollowsTheContent(t *testing.T) {
	db := newCounty(t)
	digest := func(code string, shapes ...string) string {
		d := deliver(t, 4490, shapes...)
		features := d.Features
		d.Features = func(yield func(geodata.Feature, error) bool) {
			features(func(f geodata.Feature, err error) bool { f.Code = code; return yield(f, err) })
		}
		report, err := load(context.Background(), db, redLine22, d)
		if err != nil {
			t.Fatal(err)
		}
		return report.Digest
	}
	first := digest("A", square, beside)
	if again := digest("A", square, beside); again != first {
		t.Errorf("the same delivery has digests %s and %s", first, again)
	}
	for _, other := range []string{digest("B", square, beside), digest("A", beside, square), digest("A", square)} {
		if other == first {
			t.Errorf("another delivery has the same digest")
		}
	}
}

func TestLabelOnceInForceIsRefused(t *testing.T) {
	db := newCounty(t)
	holding.InForce(t, db, redLine22, 4490, holding.Feature{WKT: square})
	_, err := load(context.Background(), db, redLine22, deliver(t, 4490, beside))
	if e := geodata.AsError(err); e.Kind != geodata.Conflict || e.Code != "version-exists" {
		t.Errorf("over a version in force: %v", err)
	}
	holding.InForce(t, db, "500237.red-line@2023", 4490, holding.Feature{WKT: beside})
	_, err = load(context.Background(), db, redLine22, deliver(t, 4490, beside))
	if e := geodata.AsError(err); e.Kind != geodata.Conflict || e.Code != "version-exists" {
		t.Errorf("over a superseded version: %v", err)
	}
	holds(t, db, 2, 2)
}

func TestDuplicateCodesAreNoted(t *testing.T) {
	report := holding.Draft(t, newCounty(t), redLine22, 4490,
		holding.Feature{Code: "R1", WKT: square}, holding.Feature{Code: "R2", WKT: beside}, holding.Feature{Code: "R1", WKT: beside})
	if len(report.Findings) != 1 || report.Kept != 3 {
		t.Fatalf("report: %+v", report)
	}
	f := report.Findings[0]
	if f.Fate != intake.Noted || f.Code != "code-duplicate" || f.Record != 1 || !strings.Contains(f.ZH, "[1 3]") {
		t.Errorf("finding: %+v", f)
	}
}

// paused is a delivery whose first record waits until it is let go.
func paused(t *testing.T) (d geodata.Delivery, begun, goOn chan struct{}) {
	begun, goOn = make(chan struct{}), make(chan struct{})
	polygon, err := wkt.Unmarshal(square)
	if err != nil {
		t.Fatal(err)
	}
	return geodata.Delivery{SRID: 4490, Features: func(yield func(geodata.Feature, error) bool) {
		close(begun)
		<-goOn
		yield(geodata.Feature{Record: 1, Geometry: polygon}, nil)
	}}, begun, goOn
}

func TestOneImportOfALabelAtATime(t *testing.T) {
	db := newCounty(t)
	ctx, stop := context.WithTimeout(context.Background(), 20*time.Second)
	defer stop()
	for _, round := range []string{"the first draft", "a draft replaced"} {
		slow, begun, goOn := paused(t)
		done := make(chan error, 1)
		go func() { _, err := load(ctx, db, redLine22, slow); done <- err }()
		select {
		case <-begun:
		case err := <-done:
			t.Fatalf("%s: the first import: %v", round, err)
		}
		_, err := load(ctx, db, redLine22, deliver(t, 4490, beside))
		if e := geodata.AsError(err); e.Kind != geodata.Conflict || e.Code != "import-running" {
			t.Errorf("%s: the second import: %v", round, err)
		}
		if _, err := load(ctx, db, "500237.red-line@2023", deliver(t, 4490, beside)); err != nil {
			t.Errorf("%s: another label: %v", round, err)
		}
		close(goOn)
		if err := <-done; err != nil {
			t.Errorf("%s: the first import: %v", round, err)
		}
		holds(t, db, 2, 2)
	}
}

func TestCancelledImportLeavesNothing(t *testing.T) {
	db := newCounty(t)
	ctx, cancel := context.WithCancel(context.Background())
	slow, begun, goOn := paused(t)
	done := make(chan error)
	go func() { _, err := load(ctx, db, redLine22, slow); done <- err }()
	<-begun
	cancel()
	close(goOn)
	if err := <-done; !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	holds(t, db, 0, 0)
	// The server frees the label when it notices that the connection is gone.
	_, err := db.Exec(context.Background(), "select pg_advisory_xact_lock(8153, hashtext($1))", redLine22)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := load(context.Background(), db, redLine22, deliver(t, 4490, square)); err != nil {
		t.Errorf("the label stays locked: %v", err)
	}
}

// The same bytes under another label are noticed; the same label again, or another
// file, is not.
func TestTheSameFileIsRecognised(t *testing.T) {
	db := newCounty(t)
	load := func(label, digest string) (noted int) {
		t.Helper()
		report, err := (&intake.Loader{DB: db}).Load(context.Background(), intake.Request{
			Ref: geodata.VersionRef{Layer: geodata.RedLine, Label: label}, Delivery: deliver(t, 4490, square), SourceDigest: digest})
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range report.Findings {
			if f.Code == "file-known" {
				noted++
			}
		}
		return noted
	}
	for _, c := range []struct {
		label, digest string
		want          int
	}{{"1", "aa", 0}, {"1", "aa", 0}, {"2", "bb", 0}, {"3", "aa", 1}, {"4", "", 0}, {"5", "", 0}} {
		if got := load(c.label, c.digest); got != c.want {
			t.Errorf("@%s of %q: noted %d times, want %d", c.label, c.digest, got, c.want)
		}
	}
}
