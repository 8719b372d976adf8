package change_test

import (
	"context"
	"math"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/paulmach/orb"

	"hongxian/geodata"
	"hongxian/geodata/county"
	"hongxian/geodata/schematic"
	"hongxian/internal/change"
	"hongxian/internal/intake"
	"hongxian/internal/pgtest"
	"hongxian/internal/pgtest/holding"
	"hongxian/internal/publish"
)

// compare compares two versions, named as in red-line@2018.
func compare(t testing.TB, c *change.Comparer, from, to string) *change.Report {
	t.Helper()
	r, err := c.Compare(context.Background(), request(t, from, to))
	if err != nil {
		t.Fatalf("compare %s with %s: %v", from, to, err)
	}
	return r
}

func request(t testing.TB, from, to string) change.Request {
	t.Helper()
	f, err := geodata.ParseVersionRef(from)
	if err != nil {
		t.Fatal(err)
	}
	g, err := geodata.ParseVersionRef(to)
	if err != nil {
		t.Fatal(err)
	}
	return change.Request{From: f, To: g}
}

// within checks that two areas agree.
func within(t *testing.T, what string, got, want geodata.Area, tolerance float64) {
	t.Helper()
	if math.Abs(float64(got-want)) > tolerance {
		t.Errorf("%s: %.4f m², want %.4f", what, got, want)
	}
}

// redLines is a database with the schematic county's townships and red lines, and
// a third red line, the newer one digitised again: every point is off by up to 1 mm.
// The last, draft, is the same as that of 2022 and not published.
func redLines(t *testing.T) (*pgxpool.Pool, *schematic.County) {
	t.Helper()
	sketch, err := schematic.New(schematic.DefaultSeed, 1)
	if err != nil {
		t.Fatal(err)
	}
	profile, err := county.Load("500237")
	if err != nil {
		t.Fatal(err)
	}
	db := pgtest.New(t)
	holding.Put(t, db, holding.Wushan, profile.Catalogue())
	load := func(d schematic.Delivery, label string, published bool) {
		d.Ref.Label = label
		_, err := (&intake.Loader{DB: db}).Load(context.Background(), intake.Request{Ref: d.Ref, Delivery: d.Data, Approvals: d.Approvals})
		if err != nil {
			t.Fatal(err)
		}
		if published {
			holding.Publish(t, db, d.Ref.String())
		}
	}
	for _, d := range sketch.Deliveries()[:3] { // townships, red-line@2018 and @2022
		load(d, d.Ref.Label, true)
	}
	again := sketch.Deliveries()[2]
	load(again, "draft", false)
	again = sketch.Deliveries()[2]
	again.Data = jittered(again.Data)
	load(again, "jittered", true)
	return db, sketch
}

// jittered moves every point by up to a millimetre, the same point always alike.
func jittered(d geodata.Delivery) geodata.Delivery {
	move := func(p orb.Point) orb.Point {
		h := math.Sin(p[0]*12.9898+p[1]*78.233) * 43758.5453
		k := math.Sin(p[0]*39.3468+p[1]*11.135) * 24634.6345
		return orb.Point{p[0] + 0.001*(2*(h-math.Floor(h))-1), p[1] + 0.001*(2*(k-math.Floor(k))-1)}
	}
	features := d.Features
	d.Features = func(yield func(geodata.Feature, error) bool) {
		for f, err := range features {
			var moved orb.MultiPolygon
			polygons, isMulti := f.Geometry.(orb.MultiPolygon)
			if p, isOne := f.Geometry.(orb.Polygon); isOne && !isMulti {
				polygons = orb.MultiPolygon{p}
			}
			for _, p := range polygons {
				var q orb.Polygon
				for _, ring := range p {
					var r orb.Ring
					for _, pt := range ring {
						r = append(r, move(pt))
					}
					q = append(q, r)
				}
				moved = append(moved, q)
			}
			f.Geometry = moved
			if !yield(f, err) {
				return
			}
		}
	}
	return d
}

func TestSchematicRedLines(t *testing.T) {
	db, sketch := redLines(t)
	c := &change.Comparer{DB: db, Cut: func(ctx context.Context, tx pgx.Tx, v geodata.Version) error {
		_, err := publish.Faces{}.Prepare(ctx, tx, v, func(float64) {})
		return err
	}}
	t.Run("planned changes are found", func(t *testing.T) { findPlanned(t, c, sketch) })
	t.Run("identical", func(t *testing.T) { findNothing(t, compare(t, c, "red-line@2022", "red-line@2022")) })
	t.Run("a draft, and it stays one", func(t *testing.T) {
		findNothing(t, compare(t, c, "red-line@2022", "red-line@draft"))
		var faces int
		if err := db.QueryRow(context.Background(), `select count(*) from fragment f join version v on v.id = f.version_id where v.label = 'draft'`).Scan(&faces); err != nil || faces != 0 {
			t.Errorf("%d faces stayed, %v", faces, err)
		}
		if _, err := (&change.Comparer{DB: db}).Compare(context.Background(), request(t, "red-line@2022", "red-line@draft")); !geodata.IsKind(err, geodata.Conflict) {
			t.Errorf("without a way to cut it: %v", err)
		}
	})
	t.Run("digitised again", func(t *testing.T) {
		r := compare(t, c, "red-line@2022", "red-line@jittered")
		w := r.Whole
		if w.Gained != 0 || w.Lost != 0 || len(r.Pieces) != 0 || len(r.Features) != 0 || !r.Verdict.NotDecreased {
			t.Errorf("gained %v, lost %v, %d pieces, %d features, fates %v", w.Gained, w.Lost, len(r.Pieces), len(r.Features), r.Fates)
		}
		if w.NoiseGained < 1 || w.NoiseLost < 1 {
			t.Errorf("noise %v and %v: the versions are the same", w.NoiseGained, w.NoiseLost)
		}
	})
	t.Run("same answer, same identity", func(t *testing.T) {
		first, again := compare(t, c, "red-line@2018", "red-line@2022"), compare(t, c, "500237.red-line@2018", "red-line@2022")
		other := compare(t, &change.Comparer{DB: db, Rules: change.Rules{MatchRate: 0.8}}, "red-line@2018", "red-line@2022")
		if first.ID != again.ID || first.ID == other.ID || first.ID == compare(t, c, "red-line@2022", "red-line@2018").ID {
			t.Errorf("identities %s, %s, %s", first.ID, again.ID, other.ID)
		}
	})
}

// findNothing checks that two versions are the same.
func findNothing(t *testing.T, r *change.Report) {
	t.Helper()
	w := r.Whole
	if w.Gained != 0 || w.Lost != 0 || w.NoiseGained != 0 || w.NoiseLost != 0 || w.Net != 0 || len(r.Pieces) != 0 || len(r.Features) != 0 ||
		r.Kept != r.To.Features || !r.Verdict.NotDecreased || r.Verdict.Reclassified != 0 || r.Verdict.LostWithoutApproval != 0 {
		t.Errorf("%+v, %d pieces, %d features, %d kept, %+v", w, len(r.Pieces), len(r.Features), r.Kept, r.Verdict)
	}
}

// findPlanned checks a comparison against what the schematic county knows it changed.
func findPlanned(t *testing.T, c *change.Comparer, sketch *schematic.County) {
	r := compare(t, c, "red-line@2018", "red-line@2022")
	left := map[int]change.Piece{}
	for _, p := range r.Pieces {
		left[p.Number] = p
	}
	towns := map[string][4]geodata.Area{}
	without := geodata.Area(0)
	for _, planned := range sketch.Changes() {
		found := false
		for n, p := range left {
			if int(p.Kind) != int(planned.Kind) || math.Abs(float64(p.Area-planned.Area)) > 0.01 || len(p.Townships) != 1 || p.Townships[0].Code != planned.Township {
				continue
			}
			found = true
			delete(left, n)
			if isApproved := p.Unapproved == 0; isApproved != planned.Approved() || planned.Approved() && p.Approvals[0].Number != planned.Approval {
				t.Errorf("approval %q of the piece in %s came out as %+v", planned.Approval, planned.Township, p.Approvals)
			}
			if p.Kind == change.Reclassified && (p.From != planned.From || p.To != planned.To) {
				t.Errorf("%s became %s, want %s and %s", p.From, p.To, planned.From, planned.To)
			}
			break
		}
		if !found {
			t.Errorf("a change of kind %d with %s in %s was not found", planned.Kind, planned.Area, planned.Township)
		}
		if planned.Kind == schematic.Lost && !planned.Approved() {
			without += planned.Area
		}
		sums := towns[planned.Township]
		sums[planned.Kind] += planned.Area
		towns[planned.Township] = sums
	}
	for _, p := range left {
		t.Errorf("found what nobody changed: kind %d, %s, %v", p.Kind, p.Area, p.Townships)
	}
	for _, row := range r.Townships {
		within(t, row.Name+" gained", row.Gained, towns[row.Code][change.Gained], 0.01)
		within(t, row.Name+" lost", row.Lost, towns[row.Code][change.Lost], 0.01)
		within(t, row.Name+" net", row.Net, towns[row.Code][change.Gained]-towns[row.Code][change.Lost], 0.01)
	}
	alone, err := c.Areas(context.Background(), request(t, "red-line@2018", "red-line@2022"))
	if err != nil {
		t.Fatal(err)
	}
	within(t, "gained by area alone", alone.Gained, r.Whole.Gained+r.Whole.NoiseGained, 0.001)
	within(t, "lost by area alone", alone.Lost, r.Whole.Lost+r.Whole.NoiseLost, 0.001)
	within(t, "before by area alone", alone.Before, r.Whole.Before, 0.001)
	within(t, "lost without approval", r.Verdict.LostWithoutApproval, without, 0.02)
	if !r.Verdict.NotDecreased || !r.Verdict.Swapped || math.Abs(r.ShareAfter-0.3643) > 5e-5 {
		t.Errorf("verdict %+v, share %.4f", r.Verdict, r.ShareAfter)
	}
}
