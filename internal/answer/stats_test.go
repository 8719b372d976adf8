package answer

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/paulmach/orb"

	"hongxian/geodata"
	"hongxian/internal/audit"
	"hongxian/internal/record"
	"hongxian/internal/township"
)

// clerk is a statistician whose table is what its land says, and remembers what it
// was asked.
type clerk struct {
	red, in geodata.Area // of the red line in 甲镇, and of 甲镇
	digest  string
	count   int
	asked   []township.Request
	zones   []geodata.Feature
	gate    chan struct{} // nil: open
}

func (c *clerk) Table(_ context.Context, r township.Request) (*township.Table, error) {
	if c.gate != nil {
		r.Progress("500237.red-line@2022", 0.25)
		<-c.gate
	}
	c.asked, c.zones = append(c.asked, r), nil
	if r.Zones != nil {
		for f, err := range r.Zones.Features {
			if err != nil {
				return nil, err
			}
			c.zones = append(c.zones, f)
		}
	}
	row := func(code, name string, a, red geodata.Area) township.Row {
		return township.Row{Code: code, Name: name, Area: a, Cells: []township.Cell{{Area: red, FeatureSum: red, Features: c.count}}}
	}
	versions := []township.Version{{Ref: "500237.red-line@2022", TitleZH: "生态保护红线", Digest: c.digest}, {Ref: "500237.township@2023", Digest: "ab"}}
	return &township.Table{Digest: "d", CreatedAt: time.Unix(0, 0), CountyCode: "500237", CountyName: "巫山县", Zones: r.Zones != nil,
		Columns: []township.Column{{Kind: township.OfLayer, Layer: "red-line", Ref: "500237.red-line@2022", TitleZH: "生态保护红线", Counted: true, Of: -1}},
		Rows:    []township.Row{row("1", "甲镇", c.in, c.red)}, Outside: row("", "外", 0, 0), Multiply: row("", "重", 0, 0), Total: row("", "合计", c.in, c.red),
		Townships: versions[1], Versions: versions}, nil
}

func (c *clerk) Rows(ctx context.Context, r township.Request) ([]township.Row, error) {
	t, err := c.Table(ctx, r)
	if err != nil {
		return nil, err
	}
	return t.Rows, nil
}

// shelf keeps records in memory.
type shelf struct{ kept record.Kept }

func (s *shelf) Put(_ context.Context, a record.Kept) ([]byte, bool, error) {
	s.kept = a
	return a.Body, true, nil
}

func (s *shelf) Get(context.Context, string, string) (record.Kept, error) { return s.kept, nil }

func TestAKeptTableIsComputedAgain(t *testing.T) {
	c, s := &clerk{red: 5e6, in: 9e6, digest: "cd", count: 3}, &shelf{}
	tables, verifier := &Tables{Statistician: c, Keeper: s, Records: s}, &Verifier{Statistician: c, Records: s}
	ctx := t.Context()
	if _, err := tables.Keep(ctx, StatsQuestion{Unit: geodata.Mu, Request: township.Request{Controls: map[string]geodata.Area{"甲镇": 8e6}}}); err != nil {
		t.Fatal(err)
	}
	verify := func(want string) {
		t.Helper()
		v, err := verifier.Verify(ctx, "id")
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(v.Deviations, "；"); got != want || v.Confirmed() != (want == "") {
			t.Errorf("deviations %q, want %q", got, want)
		}
	}
	verify("")
	again := c.asked[len(c.asked)-1]
	if len(again.Layers) != 1 || again.Layers[0].Label != "2022" || again.Townships.Label != "2023" || again.Controls["甲镇"] != 8e6 {
		t.Errorf("asked again for %+v", again)
	}
	c.red += 0.009 // other libraries may differ by that much
	verify("")
	c.red, c.count = 5e6+0.5, 4
	verify("甲镇（1） 生态保护红线图斑数：3 → 4；甲镇（1） 生态保护红线：5000000.0000 → 5000000.5000 平方米；" +
		"乡镇范围外 生态保护红线图斑数：3 → 4；减：重复覆盖 生态保护红线图斑数：3 → 4；合计 生态保护红线图斑数：3 → 4；合计 生态保护红线：5000000.0000 → 5000000.5000 平方米")
	c.red, c.count, c.digest = 5e6, 3, "ef"
	verify("版本 500237.red-line@2022 已重新导入，内容不同")
}

func TestZonesAreKeptWithTheirTable(t *testing.T) {
	c, s := &clerk{red: 1, in: 2}, &shelf{}
	tables, verifier := &Tables{Statistician: c, Keeper: s, Records: s}, &Verifier{Statistician: c, Records: s}
	shape := orb.Polygon{{{396000.1, 3440000.123456789}, {397000, 3440000}, {397000, 3441000}, {396000.1, 3440000.123456789}}}
	zones := func(features ...geodata.Feature) *geodata.Delivery {
		return &geodata.Delivery{Name: "片区.zip", SRID: 4546, Notes: func() []string { return []string{"按转换参数换算。"} }, Features: func(yield func(geodata.Feature, error) bool) {
			for _, f := range features {
				if !yield(f, nil) {
					return
				}
			}
		}}
	}
	one := geodata.Feature{Record: 1, Code: "Z1", Name: "𬭩片区", Class: "重点", Geometry: shape}
	if _, err := tables.Keep(t.Context(), StatsQuestion{Request: township.Request{Zones: zones(one)}}); err != nil {
		t.Fatal(err)
	}
	if v, err := verifier.Verify(t.Context(), "id"); err != nil || !v.Confirmed() {
		t.Fatalf("%+v %v", v, err)
	}
	if again := c.asked[len(c.asked)-1].Zones; again == nil || again.SRID != 4546 || again.Name != "片区.zip" || len(c.zones) != 1 || len(again.Notes()) != 1 ||
		c.zones[0].Name != one.Name || c.zones[0].Class != one.Class || !orb.Equal(c.zones[0].Geometry, shape) {
		t.Errorf("asked again with %+v, %+v", again, c.zones)
	}
	s.kept.Inputs = nil // a table of the days before zones were kept
	if v, err := verifier.Verify(t.Context(), "id"); err != nil || v.Confirmed() || v.NotRecomputed == nil || v.NotRecomputed.Code != "zones-not-kept" {
		t.Errorf("zones that were not kept: %+v %v", v, err)
	}

	ring := make(orb.Ring, mostZoneVertices+1)
	_, err := tables.Keep(t.Context(), StatsQuestion{Request: township.Request{Zones: zones(geodata.Feature{Geometry: orb.MultiPolygon{{ring}}})}})
	if !geodata.IsKind(err, geodata.TooLarge) {
		t.Errorf("too many vertices: %v", err)
	}
	bad := &geodata.Delivery{Features: func(yield func(geodata.Feature, error) bool) { yield(geodata.Feature{}, errors.New("broken")) }}
	if _, err := tables.Keep(t.Context(), StatsQuestion{Request: township.Request{Zones: bad}}); err == nil {
		t.Error("a broken file was kept")
	}
}

// A table that takes long is followed until it is kept; one that fails says why.
func TestTabulationsGoOn(t *testing.T) {
	c, s := &clerk{red: 1, in: 2, gate: make(chan struct{})}, &shelf{}
	runs := &Tabulations{Tables: &Tables{Statistician: c, Keeper: s, Records: s}}
	ctx, leave := context.WithCancel(t.Context())
	_, run, err := runs.Ask(ctx, StatsQuestion{})
	if err != nil || run == nil || run.Done {
		t.Fatalf("%+v %v", run, err)
	}
	leave() // the client is gone
	follow := func(id string, until func(Tabulation) bool) Tabulation {
		t.Helper()
		for {
			r, moved, ok := runs.Find(id)
			if !ok {
				t.Fatal("it is forgotten")
			}
			if until(r) {
				return r
			}
			<-moved
		}
	}
	if r := follow(run.ID, func(r Tabulation) bool { return r.Share > 0 }); r.Share != 0.25 || r.What != "500237.red-line@2022" || r.Done {
		t.Errorf("%+v", r)
	}
	as := func(who string) context.Context { return audit.With(t.Context(), audit.By{Who: who}) }
	ask := func(who string) *Tabulation {
		t.Helper()
		_, r, err := runs.Ask(as(who), StatsQuestion{})
		if err != nil || r == nil {
			t.Fatalf("%+v %v", r, err)
		}
		return r
	}
	for range mostTabulations - 1 {
		ask("li")
	}
	for i := range eachTabulations {
		if r := ask("li"); r.Position != i+1 || r.Done {
			t.Errorf("one that waits: %+v", r)
		}
	}
	if _, _, err := runs.Ask(as("li"), StatsQuestion{}); !geodata.IsKind(err, geodata.Unavailable) {
		t.Errorf("one too many: %v", err)
	}
	other := ask("zhang")
	if other.Position != 2 || runs.Busy().Waiting != eachTabulations+1 || runs.Busy().Running != mostTabulations {
		t.Errorf("somebody else's: %+v, %+v", other, runs.Busy())
	}
	close(c.gate)
	if r := follow(other.ID, func(r Tabulation) bool { return r.Done }); r.Position != 0 || r.Err != nil {
		t.Errorf("somebody else's in the end: %+v", r)
	}
	if r := follow(run.ID, func(r Tabulation) bool { return r.Done }); r.Err != nil || r.Table == "" || r.Share != 1 {
		t.Errorf("%+v", r)
	}

	runs.Wait = time.Minute
	if a, run, err := runs.Ask(t.Context(), StatsQuestion{}); err != nil || run != nil || len(a.Body) == 0 {
		t.Errorf("a table that is there at once: %+v %v", run, err)
	}
	runs.Tables.Statistician = nil
	if _, run, err := runs.Ask(t.Context(), StatsQuestion{}); err == nil || run != nil {
		t.Errorf("a panic: %+v %v", run, err)
	}
}
