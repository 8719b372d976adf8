package answer

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"testing"
	"time"

	"hongxian/geodata"
	"hongxian/geodata/postgis"
	"hongxian/internal/overlap"
	"hongxian/internal/record"
	"hongxian/internal/report"
)

// bench is a fake of everything behind Checks: it reads the sites it was given,
// names a check by its site, and keeps bytes in memory.
type bench struct {
	sites   []overlap.Site
	checked []overlap.Request
	kept    map[string][]byte
	refuse  string // the site that cannot be checked

	sessions int
	records  []record.Kept
}

func (b *bench) County(context.Context, string) (postgis.County, error) {
	return postgis.County{Code: "500237", NameZH: "巫山县"}, nil
}

func (b *bench) ReadSites(_ context.Context, q Question) ([]overlap.Site, error) {
	return b.sites, nil
}

func (b *bench) Check(_ context.Context, r overlap.Request) (*overlap.Report, error) {
	b.checked = append(b.checked, r)
	if r.Site.Name == b.refuse {
		return nil, fmt.Errorf("place: %w", &geodata.Error{Kind: geodata.Invalid, Code: "far-away", Record: r.Site.Record, ZH: "太远。", EN: "Too far away."})
	}
	sum := sha256.Sum256([]byte(r.Site.Name))
	return &overlap.Report{ID: hex.EncodeToString(sum[:]), CountyCode: r.County, Site: overlap.SiteSummary{Name: r.Site.Name},
		Verdict: overlap.Verdict{Choices: r.Choices}}, nil
}

// A session answers as the bench does; how many were begun is counted.
func (b *bench) Session(context.Context, string, []geodata.VersionRef) (CheckSession, error) {
	b.sessions++
	return b, nil
}

func (b *bench) Continue(context.Context, string, []geodata.VersionRef) (CheckSession, error) {
	return b, nil
}

func (b *bench) CheckAll(ctx context.Context, requests []overlap.Request) (all []overlap.Checked, _ error) {
	for _, r := range requests {
		report, err := b.Check(ctx, r)
		all = append(all, overlap.Checked{Report: report, Err: err})
	}
	return all, nil
}

func (b *bench) Versions() []geodata.VersionRef { return nil }

func (b *bench) Put(_ context.Context, a record.Kept) ([]byte, bool, error) {
	if b.kept == nil {
		b.kept = map[string][]byte{}
	}
	key := a.County + " " + a.Kind + " " + a.ID
	if old, ok := b.kept[key]; ok {
		return old, false, nil
	}
	b.kept[key], b.records = a.Body, append(b.records, a)
	return a.Body, true, nil
}

// checks answers by a clock that moves a second with every look.
func checks(b *bench) *Checks {
	now := time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)
	return &Checks{Counties: b, Sites: b, Checker: b, Sessions: b, Keeper: b, Now: func() time.Time {
		now = now.Add(time.Second)
		return now
	}}
}

func ask(t *testing.T, c *Checks, q Question) Answer {
	t.Helper()
	a, err := c.Answer(t.Context(), q)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// The same question gives the same bytes, though time has passed.
func TestARepeatGivesTheKeptBytes(t *testing.T) {
	b := &bench{sites: []overlap.Site{{Name: "地块"}}}
	c := checks(b)
	first, again := ask(t, c, Question{}), ask(t, c, Question{})
	if !first.IsNew || again.IsNew || first.ID != again.ID || !bytes.Equal(first.Body, again.Body) {
		t.Errorf("first %+v, again %+v", first, again)
	}
	if _, whole, err := report.ReadChecks(first.Body); err != nil || !whole.CreatedAt.Equal(time.Date(2026, 11, 23, 0, 0, 1, 0, time.UTC)) {
		t.Errorf("created at %v, %v", whole.CreatedAt, err)
	}
	if b.checked[0].County != "500237" {
		t.Errorf("asked for county %q", b.checked[0].County)
	}
}

func TestTheGivenNameStandsOverTheFiles(t *testing.T) {
	b := &bench{sites: []overlap.Site{{Name: "地块"}}}
	ask(t, checks(b), Question{Name: "码头"})
	if got := b.checked[0].Site.Name; got != "码头" {
		t.Errorf("checked as %q", got)
	}
}

// Several parcels are each kept, and so is the whole; one new part makes it new.
func TestSeveralParcels(t *testing.T) {
	b := &bench{sites: []overlap.Site{{Name: "甲"}, {}}}
	c := checks(b)
	first := ask(t, c, Question{Name: "码头", Filename: "a.zip"})
	parcels, whole, err := report.ReadChecks(first.Body)
	if err != nil || len(parcels) != 2 || parcels[0].Site.Name != "甲" || parcels[1].Site.Name != "码头 地块 2" || whole.Site.Name != "码头" {
		t.Fatalf("%v %s", err, first.Body)
	}
	if len(b.kept) != 4 || !bytes.Equal(b.kept["500237 check-set "+first.ID], first.Body) || !first.IsNew || b.sessions != 1 {
		t.Errorf("kept %d answers in %d sessions; answer %+v", len(b.kept), b.sessions, first)
	}
	if string(b.kept["500237 check "+whole.Id]) == "" {
		t.Error("the whole is not kept by itself")
	}
	if again := ask(t, c, Question{Name: "码头"}); again.IsNew || !bytes.Equal(again.Body, first.Body) {
		t.Errorf("the repeat differs:\n%s\n%s", first.Body, again.Body)
	}
	b.sites[0].Name = "乙"
	if other := ask(t, c, Question{Name: "码头"}); !other.IsNew || other.ID == first.ID {
		t.Error("a new parcel did not make the answer new")
	}
	b.sites[0], b.sites[1] = overlap.Site{Name: "码头 地块 2"}, overlap.Site{Name: "乙"}
	if turned := ask(t, c, Question{Name: "码头"}); !turned.IsNew {
		t.Error("parcels in another order are the same set")
	}
	ask(t, c, Question{Filename: "a.zip"})
	if got := b.checked[len(b.checked)-1].Site.Name; got != "a.zip" {
		t.Errorf("without a name the whole is called %q", got)
	}
}

// records is a record of one kept answer.
type records record.Kept

func (r records) Get(_ context.Context, county, id string) (record.Kept, error) {
	if id != r.ID || county != "" && county != r.County {
		return record.Kept{}, &geodata.Error{Kind: geodata.NotFound, Code: "record-unknown", ZH: "没有。", EN: "None."}
	}
	return record.Kept(r), nil
}

// A kept question is asked again with its site and choices, of no version by name.
func TestAgainAsksOfTheVersionsInForce(t *testing.T) {
	b := &bench{}
	c := checks(b)
	c.Records = records{County: "500237", ID: "id", Kind: KindCheck, Body: []byte(`{"id":"id"}`),
		Inputs: []byte(`{"site":{"name":"码头","srid":4546,"geometry":[[[[1,2],[3,4],[5,6],[1,2]]]]},"versions":["500237.red-line@2018"],"choices":{"red_line_case":"2"}}`)}
	a, err := c.Again(t.Context(), "", "id", nil)
	if err != nil || !a.IsNew {
		t.Fatalf("%+v, %v", a, err)
	}
	r := b.checked[0]
	if r.County != "500237" || r.Site.Name != "码头" || r.Site.SRID != 4546 || len(r.Site.Geometry) != 1 || len(r.Against) != 0 || r.Choices["red_line_case"] != "2" {
		t.Errorf("asked %+v", r)
	}
	if a, err = c.Again(t.Context(), "500237", "id", map[string]string{"red_line_case": "3"}); err != nil || a.IsNew || b.checked[1].Choices["red_line_case"] != "3" {
		t.Errorf("decided otherwise: %+v, %v, asked %+v", a, err, b.checked[1])
	}
	if _, err := c.Again(t.Context(), "500101", "id", nil); !geodata.IsKind(err, geodata.NotFound) {
		t.Errorf("another county: %v, want NotFound", err)
	}
	c.Records = records{County: "500237", ID: "id", Kind: "change"}
	if _, err := c.Again(t.Context(), "", "id", nil); !geodata.IsKind(err, geodata.NotFound) {
		t.Errorf("what is no check: %v, want NotFound", err)
	}
}

// A set is asked again as the parcels that it was, in their order and by their
// names, and is the same set while nothing has changed.
func TestASetIsAskedAgain(t *testing.T) {
	b := &bench{sites: []overlap.Site{{Name: "甲"}, {}}}
	c := checks(b)
	first := ask(t, c, Question{Name: "码头", Choices: map[string]string{"red_line_case": "2"}})
	c.Records = records(b.records[len(b.records)-1])
	again, err := c.Again(t.Context(), "500237", first.ID, nil)
	if err != nil || again.IsNew || !bytes.Equal(again.Body, first.Body) {
		t.Errorf("%+v, %v", again, err)
	}
	if last := b.checked[len(b.checked)-1]; last.Site.Name != "码头" || last.Choices["red_line_case"] != "2" {
		t.Errorf("the whole was asked as %+v", last)
	}
}

func TestRefusals(t *testing.T) {
	refused := func(sites []overlap.Site, refuse string, kind geodata.Kind, record int) {
		t.Helper()
		for i := range sites {
			sites[i].Record = i + 1
		}
		b := &bench{sites: sites, refuse: refuse}
		_, err := checks(b).Answer(t.Context(), Question{Filename: "a.zip"})
		var e *geodata.Error
		if !errors.As(err, &e) || e.Kind != kind || e.Record != record {
			t.Errorf("got %v", err)
		}
		if len(b.kept) > 0 {
			t.Errorf("a refused file left %d answers", len(b.kept))
		}
	}
	refused(nil, "", geodata.Invalid, 0)
	refused(make([]overlap.Site, MaxParcels+1), "", geodata.TooLarge, 0)
	refused([]overlap.Site{{Name: "甲"}, {Name: "乙"}}, "乙", geodata.Invalid, 2)
	refused([]overlap.Site{{Name: "甲"}}, "甲", geodata.Invalid, 1)
}
