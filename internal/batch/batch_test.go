package batch_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"math"
	"math/rand/v2"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/paulmach/orb"

	"hongxian/geodata"
	"hongxian/internal/answer"
	"hongxian/internal/batch"
	"hongxian/internal/openapi"
	"hongxian/internal/overlap"
	"hongxian/internal/pgtest"
	"hongxian/internal/pgtest/holding"
	"hongxian/internal/record"
	"hongxian/internal/report"
)

func TestStatementsPrepare(t *testing.T) {
	pgtest.Prepare(t, os.DirFS("sql"))
}

// The county of these tests, in kilometres from (400, 3440) in EPSG:4546:
//
//	4 ┌───────────────┐
//	  │ town 001      │      red line  R1 (0.5 0.5)–(1.5 1.5)
//	  │   ┌─────┐     │      protected P1 (1 1)–(2.2 2.2)
//	  │   │ R1 ┌┼────┐│
//	1 │   └────┼┘ P1 ││
//	0 └────────┴─────┴┘
//	  0        1      2      4
func smallCounty(t testing.TB) *pgxpool.Pool {
	db := pgtest.New(t)
	holding.Put(t, db, holding.Wushan, holding.Layers)
	holding.InForce(t, db, "township@2023", 4546, holding.Feature{Code: "500237001", WKT: wkt(0, 0, 4, 4)})
	holding.InForce(t, db, "red-line@2022", 4546, holding.Feature{Code: "R1", Class: "水源涵养", WKT: wkt(0.5, 0.5, 1.5, 1.5)})
	holding.InForce(t, db, "protected-area@2022", 4546, holding.Feature{Code: "P1", WKT: wkt(1, 1, 2.2, 2.2)})
	return db
}

func wkt(x1, y1, x2, y2 float64) string {
	e := func(x float64) float64 { return 400_000 + 1000*x }
	n := func(y float64) float64 { return 3_440_000 + 1000*y }
	return fmt.Sprintf("POLYGON((%f %f,%f %f,%f %f,%f %f,%f %f))",
		e(x1), n(y1), e(x2), n(y1), e(x2), n(y2), e(x1), n(y2), e(x1), n(y1))
}

// sessions begins sessions of one checker.
type sessions struct{ *overlap.Checker }

func (s sessions) Session(ctx context.Context, county string, against []geodata.VersionRef) (answer.CheckSession, error) {
	return s.Checker.Session(ctx, county, against)
}

func (s sessions) Continue(ctx context.Context, county string, versions []geodata.VersionRef) (answer.CheckSession, error) {
	return s.Checker.Continue(ctx, county, versions)
}

func checker(db *pgxpool.Pool) *overlap.Checker {
	return &overlap.Checker{DB: db, Tolerance: overlap.DefaultTolerance, Program: "test"}
}

func desk(db *pgxpool.Pool) batch.Desk { return &answer.Desk{Sessions: sessions{checker(db)}} }

// parcels gives sites as a file does.
func parcels(sites []overlap.Site) iter.Seq2[batch.Parcel, error] {
	return func(yield func(batch.Parcel, error) bool) {
		for _, s := range sites {
			if !yield(batch.Parcel{Site: s}, nil) {
				return
			}
		}
	}
}

func take(t testing.TB, db *pgxpool.Pool, d batch.Delivery) batch.Batch {
	t.Helper()
	if d.County == "" {
		d.County, d.Name = "500237", "批次"
	}
	b, err := (&batch.Intake{DB: db, Desk: desk(db)}).Take(t.Context(), d)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func rows(t testing.TB, db *pgxpool.Pool, b batch.Batch) (out []batch.Row) {
	t.Helper()
	err := (&batch.Store{DB: db}).Rows(t.Context(), b.County, b.ID, func(r batch.Row) error {
		out = append(out, r)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func state(t testing.TB, db *pgxpool.Pool, b batch.Batch) batch.Batch {
	t.Helper()
	found, err := (&batch.Store{DB: db}).Find(t.Context(), "", b.ID)
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func site(name string, at orb.Point, metres float64) overlap.Site {
	return overlap.Site{Name: name, SRID: 4546, Geometry: orb.MultiPolygon{{ring(rand.New(rand.NewPCG(1, uint64(len(name)))), at, metres)}}}
}

// ring is a star-shaped ring of 20 to 60 vertices.
func ring(random *rand.Rand, centre orb.Point, radius float64) orb.Ring {
	vertices := 20 + random.IntN(40)
	var ring orb.Ring
	for i := range vertices {
		angle := 2 * math.Pi * float64(i) / float64(vertices)
		r := radius * (0.8 + 0.4*random.Float64())
		ring = append(ring, orb.Point{centre[0] + r*math.Cos(angle), centre[1] + r*math.Sin(angle)})
	}
	return append(ring, ring[0])
}

// scattered makes n sites all over the small county.
func scattered(n int) []overlap.Site {
	random := rand.New(rand.NewPCG(3, 4))
	sites := make([]overlap.Site, n)
	for i := range sites {
		at := orb.Point{400_200 + 3600*random.Float64(), 3_440_200 + 3600*random.Float64()}
		sites[i] = overlap.Site{Name: fmt.Sprint("地块", i), SRID: 4546, Geometry: orb.MultiPolygon{{ring(random, at, 30+100*random.Float64())}}}
	}
	return sites
}

// A parcel's kept answer in a batch is, but for the moment, the bytes it gets alone.
func TestBatchAnswersAsTheSingleCheck(t *testing.T) {
	db := smallCounty(t)
	sites := scattered(500)
	b := take(t, db, batch.Delivery{Parcels: parcels(sites), Findings: func() []string { return []string{"按文件坐标系。"} }})
	moment := time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)
	atMoment := &answer.Desk{Sessions: sessions{checker(db)}, Now: func() time.Time { return moment }}
	more, err := (&batch.Runner{DB: db, Desk: atMoment}).Work(t.Context(), b.County, b.ID)
	if more || err != nil {
		t.Fatal(more, err)
	}
	if b = state(t, db, b); b.State != batch.Done || b.Total != 500 || b.Done != 500 || b.Failed != 0 || b.Finished == nil {
		t.Fatalf("%+v", b)
	}
	alone := checker(db)
	for i, r := range rows(t, db, b) {
		s := sites[i]
		s.Findings = []string{"按文件坐标系。"}
		want, err := alone.Check(t.Context(), overlap.Request{County: "500237", Site: s})
		if err != nil {
			t.Fatal(err)
		}
		want.CreatedAt = moment
		body, err := report.CheckJSON(want)
		if err != nil {
			t.Fatal(err)
		}
		if r.Number != i+1 || r.Record != want.ID || string(r.Body) != string(body) {
			t.Fatalf("parcel %d:\n%s\nalone:\n%s", r.Number, r.Body, body)
		}
	}
}

// Equal parcels share a record; a malformed one says why, and the rest go on.
func TestEqualAndMalformedParcels(t *testing.T) {
	db := smallCounty(t)
	twin := site("甲", orb.Point{401_000, 3_441_000}, 50)
	bowtie := overlap.Site{Name: "乙", SRID: 4546, Geometry: orb.MultiPolygon{{{
		{401000, 3441000}, {401200, 3441200}, {401200, 3441000}, {401000, 3441300}, {401000, 3441000}}}}}
	infinite := overlap.Site{Name: "丙", SRID: 4546, Geometry: orb.MultiPolygon{{{
		{401000, 3441000}, {401200, math.NaN()}, {401200, 3441000}, {401000, 3441000}}}}}
	far := overlap.Site{Name: "丁", SRID: 4490, Geometry: orb.MultiPolygon{{{{500, 3000}, {501, 3000}, {501, 3001}, {500, 3000}}}}}
	b := take(t, db, batch.Delivery{Parcels: func(yield func(batch.Parcel, error) bool) {
		_ = yield(batch.Parcel{Site: twin}, nil) && yield(batch.Parcel{Site: bowtie}, nil) && yield(batch.Parcel{Site: infinite}, nil) &&
			yield(batch.Parcel{Site: far}, nil) && yield(batch.Parcel{Site: overlap.Site{Name: "戊"}, Err: &geodata.Error{Kind: geodata.Invalid,
			Code: "project-unplaced", ZH: "未落图。", EN: "Not placed."}}, nil) && yield(batch.Parcel{Site: twin}, nil)
	}})
	if b.Total != 6 || b.Failed != 2 {
		t.Errorf("taken in: %+v", b)
	}
	if more, err := (&batch.Runner{DB: db, Desk: desk(db)}).Work(t.Context(), b.County, b.ID); more || err != nil {
		t.Fatal(more, err)
	}
	out := rows(t, db, b)
	if out[0].Record == "" || out[0].Record != out[5].Record {
		t.Errorf("equal parcels: %s and %s", out[0].Record, out[5].Record)
	}
	for i, code := range map[int]string{1: "self-intersection", 2: "coordinate-not-finite", 3: "crs-impossible", 4: "project-unplaced"} {
		r := out[i]
		if r.State != "not_checked" || r.Reason == nil || r.Reason.ZH == "" || r.Body != nil {
			t.Errorf("parcel %d: %+v", i+1, r)
		} else if r.Reason.Code != code {
			t.Errorf("parcel %d: %+v, want %s", i+1, r.Reason, code)
		}
	}
	if b = state(t, db, b); b.State != batch.Done || b.Done != 6 || b.Failed != 4 {
		t.Errorf("%+v", b)
	}
	var records int
	if err := db.QueryRow(t.Context(), "select count(*) from record").Scan(&records); err != nil || records != 1 {
		t.Errorf("%d records, %v", records, err)
	}
}

// counting counts how often each site is answered, and may hold an answer up.
type counting struct {
	batch.Desk
	mu     sync.Mutex
	seen   map[string]int
	answer func(n int) error // before the n-th answer
}

func (c *counting) Continue(ctx context.Context, county string, versions []geodata.VersionRef) (batch.Session, error) {
	s, err := c.Desk.Continue(ctx, county, versions)
	return countingSession{s, c}, err
}

type countingSession struct {
	batch.Session
	c *counting
}

// Answers sends the runner to Answer, where parcels are counted.
func (s countingSession) Answers(context.Context, []overlap.Site) ([]batch.Answer, error) {
	return nil, errors.New("one by one")
}

func (s countingSession) Answer(ctx context.Context, site overlap.Site) (record.Kept, error) {
	s.c.mu.Lock()
	if s.c.seen == nil {
		s.c.seen = map[string]int{}
	}
	s.c.seen[site.Name]++
	n := 0
	for _, k := range s.c.seen {
		n += k
	}
	s.c.mu.Unlock()
	if s.c.answer != nil {
		if err := s.c.answer(n); err != nil {
			return record.Kept{}, err
		}
	}
	return s.Session.Answer(ctx, site)
}

// Two runners at once share a batch: each parcel is answered once.
func TestRunnersShareABatch(t *testing.T) {
	db := smallCounty(t)
	b := take(t, db, batch.Delivery{Parcels: parcels(scattered(400))})
	d := &counting{Desk: desk(db)}
	failed := make(chan error, 2)
	for range 2 {
		go func() {
			_, err := (&batch.Runner{DB: db, Desk: d}).Work(t.Context(), b.County, b.ID)
			failed <- err
		}()
	}
	for range 2 {
		if err := <-failed; err != nil {
			t.Fatal(err)
		}
	}
	for name, n := range d.seen {
		if n != 1 {
			t.Errorf("%s was answered %d times", name, n)
		}
	}
	if b = state(t, db, b); len(d.seen) != 400 || b.Done != 400 || b.State != batch.Done {
		t.Errorf("%d answered, %+v", len(d.seen), b)
	}
}

// A worker that breaks off loses its chunk only; the next one ends the batch.
func TestBrokenOffWorkIsResumed(t *testing.T) {
	db := smallCounty(t)
	b := take(t, db, batch.Delivery{Parcels: parcels(scattered(200))})
	ctx, cut := context.WithCancel(t.Context())
	d := &counting{Desk: desk(db), answer: func(n int) error {
		if n == 100 {
			cut()
		}
		return nil
	}}
	if _, err := (&batch.Runner{DB: db, Desk: d, Parallel: 1}).Work(ctx, b.County, b.ID); !errors.Is(err, context.Canceled) {
		t.Fatalf("cut off: %v", err)
	}
	if b = state(t, db, b); b.State != batch.Running || b.Done != 96 {
		t.Errorf("after three chunks: %+v", b)
	}
	keys, err := (&batch.Store{DB: db}).Unfinished(t.Context(), "", "")
	if err != nil || len(keys) != 1 || keys[0].ID != b.ID {
		t.Errorf("unfinished: %v %v", keys, err)
	}
	if more, err := (&batch.Runner{DB: db, Desk: desk(db)}).Work(t.Context(), b.County, b.ID); more || err != nil {
		t.Fatal(more, err)
	}
	if b = state(t, db, b); b.State != batch.Done || b.Done != 200 {
		t.Errorf("%+v", b)
	}
}

// A cancelled batch keeps what is answered, and nothing of the chunk under way.
func TestCancel(t *testing.T) {
	db := smallCounty(t)
	b := take(t, db, batch.Delivery{Parcels: parcels(scattered(200))})
	store := &batch.Store{DB: db}
	d := &counting{Desk: desk(db), answer: func(n int) error {
		if n == 100 {
			return store.Cancel(t.Context(), b.County, b.ID)
		}
		return nil
	}}
	more, err := (&batch.Runner{DB: db, Desk: d, Parallel: 1}).Work(t.Context(), b.County, b.ID)
	if more || err != nil {
		t.Fatal(more, err)
	}
	if b = state(t, db, b); b.State != batch.Cancelled || b.Done != 96 || b.Finished == nil {
		t.Errorf("%+v", b)
	}
	answered := 0
	for _, r := range rows(t, db, b) {
		if r.Record != "" {
			answered++
		}
	}
	if answered != 96 {
		t.Errorf("%d answered", answered)
	}
}

// Batches are listed newest first, and their parcels by pages with the figures of
// their checks.
func TestListsOfBatchesAndParcels(t *testing.T) {
	db := smallCounty(t)
	older, newer := take(t, db, batch.Delivery{Parcels: parcels(scattered(1))}), take(t, db, batch.Delivery{Parcels: parcels(scattered(3))})
	b := &answer.Batches{Store: &batch.Store{DB: db}}
	future := time.Now().Add(time.Hour)
	list, err := b.List(t.Context(), newer.County, 1, future, "")
	if err != nil || len(list) != 1 || list[0].ID != newer.ID {
		t.Fatalf("%+v, %v", list, err)
	}
	list, err = b.List(t.Context(), newer.County, 9, list[0].Created, list[0].ID)
	if err != nil || len(list) != 1 || list[0].ID != older.ID {
		t.Fatalf("the page after: %+v, %v", list, err)
	}
	if more, err := (&batch.Runner{DB: db, Desk: desk(db)}).Work(t.Context(), newer.County, newer.ID); more || err != nil {
		t.Fatal(more, err)
	}
	page, err := b.Parcels(t.Context(), newer, 1, 1)
	if err != nil || len(page) != 1 || page[0].Number != 2 || page[0].State != openapi.ParcelStateAnswered {
		t.Fatalf("%+v, %v", page, err)
	}
	kept, err := (&record.Keeper{DB: db}).Find(t.Context(), newer.County, *page[0].Check)
	if err != nil {
		t.Fatal(err)
	}
	_, check, err := report.ReadChecks(kept)
	if err != nil || *page[0].AreaM2 != check.Site.AreaM2 || *page[0].Outcome != check.Verdict.Outcome || len(page[0].Layers) != len(check.Layers) {
		t.Errorf("%+v\nkept %+v, %v", page[0], check, err)
	}
	if waiting, err := b.Parcels(t.Context(), older, 0, 9); err != nil || len(waiting) != 1 || waiting[0].State != openapi.ParcelStateWaiting || waiting[0].Check != nil {
		t.Errorf("not yet answered: %+v, %v", waiting, err)
	}
	if listed, err := (&record.Keeper{DB: db}).List(t.Context(), record.Search{County: newer.County, Kind: answer.KindCheck, Subject: "地块", Before: future, Parcels: true, Limit: 9}); err != nil || len(listed) != 3 {
		t.Errorf("the record lists %d parcels, %v; want 3", len(listed), err)
	}
}

// The map's shapes lie where the parcels do, whatever form and system they came in.
func TestShapesLieWhereTheParcelsDo(t *testing.T) {
	db := smallCounty(t)
	sites := scattered(2)
	sites = append(sites, overlap.Site{Name: "路", SRID: 4546, Axis: orb.MultiLineString{{{401_000, 3_441_000}, {402_000, 3_441_000}}}, Buffer: 20},
		overlap.Site{Name: "塔", SRID: 4490, Centres: orb.MultiPoint{{110.0, 31.08}}, Buffer: 50})
	b := take(t, db, batch.Delivery{Parcels: parcels(sites)})
	if _, err := (&batch.Runner{DB: db, Desk: desk(db)}).Work(t.Context(), b.County, b.ID); err != nil {
		t.Fatal(err)
	}
	shapes, err := (&batch.Store{DB: db}).Shapes(t.Context(), batch.Key{County: b.County, ID: b.ID}, 1, 9)
	if err != nil || len(shapes) != 3 || shapes[0].Number != 2 || shapes[0].Outcome == "" || shapes[0].Record == "" {
		t.Fatalf("%+v, %v", shapes, err)
	}
	for i, kind := range []string{"MultiPolygon", "MultiLineString", "MultiPoint"} {
		var gap float64
		var drawn string
		err := db.QueryRow(t.Context(), `select geometrytype(g), st_distance(st_transform(st_setsrid(st_geomfromtext($2), $3::integer), 4546), st_transform(st_setsrid(g, 4490), 4546))
			from st_geomfromgeojson($1) as g`, string(shapes[i].Geometry), centre(sites[i+1]), sites[i+1].SRID).Scan(&drawn, &gap)
		if err != nil || !strings.EqualFold(drawn, kind) || gap > 1 {
			t.Errorf("%s: %s is drawn %.1f m off, %v", kind, drawn, gap, err)
		}
	}
}

// centre is a point of a site, WKT in its own coordinates.
func centre(s overlap.Site) string {
	p := orb.Point{}
	switch {
	case len(s.Axis) > 0:
		p = s.Axis[0][0]
	case len(s.Centres) > 0:
		p = s.Centres[0]
	default:
		p = s.Geometry[0][0][0]
	}
	return fmt.Sprintf("POINT(%f %f)", p[0], p[1])
}

// A failure that stays while the database answers is the parcel's own.
func TestAParcelThatFailsDoesNotStopTheRest(t *testing.T) {
	db := smallCounty(t)
	b := take(t, db, batch.Delivery{Parcels: parcels(scattered(40))})
	d := &counting{Desk: desk(db), answer: func(n int) error {
		if n == 10 || n == 11 { // the tenth, and once more
			return errors.New("townships do not close")
		}
		return nil
	}}
	if more, err := (&batch.Runner{DB: db, Desk: d, Parallel: 1}).Work(t.Context(), b.County, b.ID); more || err != nil {
		t.Fatal(more, err)
	}
	r := rows(t, db, b)[9]
	if r.Reason == nil || r.Reason.Code != "parcel-failed" || r.Reason.Kind != geodata.Internal {
		t.Errorf("%+v", r)
	}
	if b = state(t, db, b); b.State != batch.Done || b.Failed != 1 {
		t.Errorf("%+v", b)
	}
}

// All parcels are answered against the versions of the day they were handed in.
func TestVersionsStay(t *testing.T) {
	db := smallCounty(t)
	b := take(t, db, batch.Delivery{Parcels: parcels(scattered(3))})
	holding.InForce(t, db, "red-line@2026", 4546, holding.Feature{Code: "R9", WKT: wkt(0, 0, 4, 4)})
	holding.InForce(t, db, "control-unit@2026", 4546, holding.Feature{Code: "C9", WKT: wkt(0, 0, 4, 4)})
	if more, err := (&batch.Runner{DB: db, Desk: desk(db)}).Work(t.Context(), b.County, b.ID); more || err != nil {
		t.Fatal(more, err)
	}
	for _, r := range rows(t, db, b) {
		_, c, err := report.ReadChecks(r.Body)
		if err != nil {
			t.Fatal(err)
		}
		for _, v := range c.Versions {
			if v.Ref != "500237.red-line@2022" && v.Ref != "500237.protected-area@2022" && v.Ref != "500237.township@2023" {
				t.Errorf("answered against %s", v.Ref)
			}
		}
		if len(c.Layers) != 3 || c.Layers[2].Status != "not_checked" {
			t.Errorf("layers %+v", c.Layers)
		}
	}
}

func TestLimits(t *testing.T) {
	db := smallCounty(t)
	refused := func(n int, code string) {
		t.Helper()
		one := batch.Parcel{Site: overlap.Site{Name: "甲"}}
		_, err := (&batch.Intake{DB: db, Desk: desk(db)}).Take(t.Context(), batch.Delivery{County: "500237",
			Parcels: func(yield func(batch.Parcel, error) bool) {
				for range n {
					if !yield(one, nil) {
						return
					}
				}
			}})
		if geodata.AsError(err).Code != code {
			t.Errorf("%d parcels: %v", n, err)
		}
		var kept bool
		if err := db.QueryRow(t.Context(), "select exists (select from batch) or exists (select from batch_parcel)").Scan(&kept); err != nil || kept {
			t.Errorf("something was kept, %v", err)
		}
	}
	refused(0, "site-empty")
	refused(batch.MaxParcels+1, "batch-too-large")
}
