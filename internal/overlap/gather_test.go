package overlap_test

import (
	"context"
	"errors"
	"reflect"
	"runtime"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"
	"golang.org/x/sync/semaphore"

	"hongxian/geodata"
	"hongxian/internal/overlap"
	"hongxian/internal/pgtest/holding"
)

// gathering is a gatherer whose only turn for groups is taken until go on is called.
func gathering(t *testing.T, db *pgxpool.Pool) (g *overlap.Gatherer, goOn func()) {
	t.Helper()
	g = &overlap.Gatherer{Groups: semaphore.NewWeighted(1), Singles: semaphore.NewWeighted(1),
		Checker: &overlap.Checker{DB: db, Tolerance: overlap.DefaultTolerance, Program: "test"}}
	if err := g.Groups.Acquire(t.Context(), 1); err != nil {
		t.Fatal(err)
	}
	return g, func() { g.Groups.Release(1) }
}

// request asks about a site of the small county.
func request(t *testing.T, wkt string) overlap.Request {
	return overlap.Request{Site: overlap.Site{Name: wkt, SRID: 4546, Geometry: holding.Polygons(t, wkt)}}
}

// told is what a request was told.
type told struct {
	report *overlap.Report
	err    error
}

// askAll asks for every request at the same time, and returns when all wait.
func askAll(ctx context.Context, g *overlap.Gatherer, requests []overlap.Request) []chan told {
	answers := make([]chan told, len(requests))
	for i, r := range requests {
		answers[i] = make(chan told, 1)
		go func() {
			report, err := g.Check(ctx, r)
			answers[i] <- told{report, err}
		}()
	}
	for g.Waiting() < len(requests) {
		runtime.Gosched()
	}
	return answers
}

// Sites asked about together, across the county's features and outside it, have the
// answers that each has alone; they cost a few turns with the database.
func TestSitesAskedTogether(t *testing.T) {
	db := smallCounty(t)
	g, goOn := gathering(t, db)
	var requests []overlap.Request
	for i := range 9 { // a row of sites through R1, P1, P2 and R2
		x := 0.1 + 0.4*float64(i)
		requests = append(requests, request(t, box(x, 0.9, x+0.3, 1.3)), request(t, box(x, 1.9, x+0.35, 2.1)))
	}
	requests = append(requests,
		request(t, box(3.9, 0.5, 4.2, 0.7)), // over the county's border
		request(t, "POLYGON((400100 3440100,400300 3440300,400300 3440100,400100 3440300,400100 3440100))")) // crosses itself
	answers := askAll(t.Context(), g, requests)
	before := db.Stat().AcquireCount()
	goOn()
	var all []told
	for _, c := range answers {
		all = append(all, <-c)
	}
	if turns := db.Stat().AcquireCount() - before; turns > 20 { // alone they take more than 80
		t.Errorf("%d sites took %d turns with the database", len(requests), turns)
	}
	for i, got := range all {
		alone, err := g.Checker.Check(t.Context(), requests[i])
		if !reflect.DeepEqual(got.report, alone) || code(got.err) != code(err) {
			t.Errorf("%s: together %+v %v, alone %+v %v", requests[i].Site.Name, got.report, got.err, alone, err)
		}
	}
	if code(all[len(all)-1].err) != "self-intersection" {
		t.Errorf("the site that crosses itself: %v", all[len(all)-1].err)
	}
}

// A site whose coordinates no projection takes fails the statement it shares; the
// others are answered all the same, and it alone is refused.
func TestOneOfManyCannotBePlaced(t *testing.T) {
	g, goOn := gathering(t, smallCounty(t))
	requests := []overlap.Request{request(t, box(0.6, 0.6, 0.7, 0.7)), request(t, box(0.8, 0.8, 0.9, 0.9)),
		request(t, "POLYGON((110 95,110.001 95,110.001 95.001,110 95))")}
	requests[2].Site.SRID = 4326
	answers := askAll(t.Context(), g, requests)
	goOn()
	for i, c := range answers {
		got := <-c
		if i < 2 && (got.err != nil || !layerConcerned(got.report, geodata.RedLine)) || i == 2 && got.err == nil {
			t.Errorf("site %d: %+v %v", i, got.report, got.err)
		}
	}
}

// What goes wrong inside with one site is no matter of those that are checked with it.
func TestOneOfManyPanics(t *testing.T) {
	g, goOn := gathering(t, smallCounty(t))
	requests := []overlap.Request{request(t, box(0.6, 0.6, 0.7, 0.7)), request(t, box(0.8, 0.8, 0.9, 0.9)), request(t, box(0.6, 0.8, 0.7, 0.9))}
	g.Spoil(func(r overlap.Request) {
		if r.Site.Name == requests[1].Site.Name {
			panic("spoilt")
		}
	})
	answers := askAll(t.Context(), g, requests)
	goOn()
	for i, c := range answers {
		got := <-c
		if i != 1 && (got.err != nil || !layerConcerned(got.report, geodata.RedLine)) || i == 1 && (got.report != nil || got.err == nil) {
			t.Errorf("site %d: %+v %v", i, got.report, got.err)
		}
	}
}

func layerConcerned(r *overlap.Report, key geodata.LayerKey) bool {
	for _, l := range r.Layers {
		if l.Layer == key {
			return l.Status == overlap.Concerned
		}
	}
	return false
}

// Who leaves is told at once, and does not keep the others from their answers.
func TestLeavingBeforeTheTurn(t *testing.T) {
	g, goOn := gathering(t, smallCounty(t))
	leaving, leave := context.WithCancel(t.Context())
	gone := askAll(leaving, g, []overlap.Request{request(t, box(0.6, 0.6, 0.7, 0.7))})
	stayed := make(chan told, 1)
	go func() {
		report, err := g.Check(t.Context(), request(t, box(0.8, 0.8, 0.9, 0.9)))
		stayed <- told{report, err}
	}()
	for g.Waiting() < 2 {
		runtime.Gosched()
	}
	leave()
	if got := <-gone[0]; !errors.Is(got.err, context.Canceled) {
		t.Errorf("who left was told %v", got.err)
	}
	goOn()
	if got := <-stayed; got.err != nil || !layerConcerned(got.report, geodata.RedLine) {
		t.Errorf("who stayed was told %+v %v", got.report, got.err)
	}
}

// code is an error's, empty for none.
func code(err error) string {
	var e *geodata.Error
	if errors.As(err, &e) {
		return e.Code
	}
	return ""
}

// Who may not see every layer is answered by what they may see, not together with
// others who may see more.
func TestALimitedSightIsNotShared(t *testing.T) {
	g, goOn := gathering(t, smallCounty(t))
	site := request(t, box(0.6, 0.6, 0.7, 0.7)) // in the red line
	whole := askAll(t.Context(), g, []overlap.Request{site})
	limited := make(chan told, 1)
	go func() {
		ctx := geodata.WithSight(t.Context(), geodata.Sight{Layers: []geodata.LayerKey{geodata.Township, geodata.ProtectedArea}})
		report, err := g.Check(ctx, site)
		limited <- told{report, err}
	}()
	goOn()
	if got := <-whole[0]; got.err != nil || got.report.Limited || !layerConcerned(got.report, geodata.RedLine) {
		t.Errorf("who sees all was told %+v %v", got.report, got.err)
	}
	if got := <-limited; got.err != nil || !got.report.Limited || layerConcerned(got.report, geodata.RedLine) {
		t.Errorf("who does not see the red line was told %+v %v", got.report, got.err)
	}
}
