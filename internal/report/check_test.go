package report

import (
	"bytes"
	"flag"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"hongxian/geodata"
	"hongxian/internal/overlap"
	"hongxian/internal/rule"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// sample is a check with all three answers, a sliver, a touch of every unit.
func sample() *overlap.Report {
	near := 1234.56789
	return &overlap.Report{
		ID: strings.Repeat("ab", 32), CreatedAt: time.Date(2026, 11, 23, 8, 30, 0, 123456789, time.FixedZone("CST", 8*3600)),
		CountyCode: "500237", CountyName: "巫山县", Schematic: true,
		Site: overlap.SiteSummary{Name: "大昌<游客>中心 & 码头", Area: 123456.78905, PlaneArea: 123400.5, OutsideCounty: 0,
			SRID: 4546, Digest: strings.Repeat("cd", 32), Findings: []string{"第 3 点与第 4 点重合，已合并。"}, Form: overlap.AsPolygon},
		Tolerance: overlap.Tolerance{Area: 1, Width: 0.02},
		Layers: []overlap.LayerOverlap{
			{Layer: geodata.RedLine, TitleZH: "生态保护红线", TitleEN: "Ecological red line", Ref: "500237.red-line@2022",
				Status: overlap.Concerned, Overlap: 45678.12345, ShareOfSite: 0.369992, Sliver: 0.5,
				Features: []overlap.FeatureOverlap{
					{Code: "HX001", Name: "五里坡", Class: "生物多样性维护", Overlap: 45677.62345, ShareOfSite: 0.3699880, ShareOfFeature: 0.0001, Sliver: 0},
					{Code: "HX002", Name: "长江\x1b[31m干流", Class: "水土保持", Overlap: 0.5, ShareOfSite: 4.05e-6, ShareOfFeature: 1e-9, Sliver: 0.5},
				}},
			{Layer: geodata.Heritage, TitleZH: "世界自然遗产", TitleEN: "World heritage", Ref: "500237.heritage@2021",
				Status: overlap.NotConcerned, Distance: &near},
			{Layer: geodata.Farmland, TitleZH: "永久基本农田", TitleEN: "Permanent basic farmland",
				Status: overlap.NotChecked, Reason: "该图层没有现行版本。"},
		},
		Townships: []overlap.TownshipPart{
			{Code: "500237101", Name: "大昌镇", Site: 100000, Overlap: map[geodata.LayerKey]geodata.Area{geodata.RedLine: 40000.00005}},
			{Code: "500237207", Name: "双龙镇", Site: 23456.78905, Overlap: map[geodata.LayerKey]geodata.Area{geodata.RedLine: 5678.1234, geodata.Farmland: 0}},
		},
		Verdict:  overlap.Verdict{Outcome: rule.Review},
		Versions: []overlap.VersionUsed{{Ref: "500237.red-line@2022", Digest: strings.Repeat("01", 32), Schematic: true}},
	}
}

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s differs (rewrite with -update):\n%s", path, got)
	}
}

func encode(t *testing.T, r *overlap.Report) []byte {
	t.Helper()
	b, err := CheckJSON(r)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestCheckJSON(t *testing.T) {
	b := encode(t, sample())
	golden(t, "check.json", b)
	for range 20 {
		if again := encode(t, sample()); !bytes.Equal(b, again) {
			t.Fatal("equal reports gave different bytes")
		}
	}
	for what, want := range map[string]string{
		"half-up at the fourth decimal": `"area_m2":123456.7891`,
		"no HTML escaping":              `大昌<游客>中心 & 码头`,
		"the millisecond, in UTC":       `"created_at":"2026-11-23T00:30:00.123Z"`,
		"not checked, with its reason":  `"status":"not_checked","reason":"该图层没有现行版本。"`,
		"empty lists, never null":       `"rules":[],"sentences":[]`,
	} {
		if !strings.Contains(string(b), want) {
			t.Errorf("%s: %s is missing", what, want)
		}
	}
	if strings.Contains(string(b), "null") {
		t.Errorf("null in %s", b)
	}
}

// A figure that is no number is an internal error, never a zero.
func TestCheckJSONRefusesWhatIsNoNumber(t *testing.T) {
	refused := func(what string, spoil func(*overlap.Report)) {
		t.Helper()
		r := sample()
		spoil(r)
		if b, err := CheckJSON(r); err == nil {
			t.Errorf("%s: encoded %s", what, b)
		}
	}
	nan, inf := geodata.Area(math.NaN()), geodata.Area(math.Inf(1))
	refused("site", func(r *overlap.Report) { r.Site.Area = nan })
	refused("layer", func(r *overlap.Report) { r.Layers[0].Overlap = inf })
	refused("feature", func(r *overlap.Report) { r.Layers[0].Features[0].ShareOfFeature = math.NaN() })
	refused("township", func(r *overlap.Report) { r.Townships[0].Overlap[geodata.RedLine] = nan })
	refused("distance", func(r *overlap.Report) { *r.Layers[1].Distance = math.Inf(1) })
}

func TestChecksTable(t *testing.T) {
	table, err := ChecksTable(encode(t, sample()))
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "check.txt", []byte(table))
	if strings.Contains(table, "\x1b") {
		t.Error("an escape sequence from a file reaches the terminal")
	}
}

// Several parcels keep each answer's bytes, and read back.
func TestCheckSet(t *testing.T) {
	first, second, whole := sample(), sample(), sample()
	second.ID, whole.ID = strings.Repeat("11", 32), strings.Repeat("22", 32)
	whole.Site.Name = "合并"
	set, err := CheckSetJSON(strings.Repeat("33", 32), [][]byte{encode(t, first), encode(t, second)}, encode(t, whole))
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Contains(set, bytes.TrimSpace(encode(t, second))) {
		t.Error("the second parcel's bytes changed in the set")
	}
	parcels, all, err := ReadChecks(set)
	if err != nil || len(parcels) != 2 || parcels[1].Id != second.ID || all.Site.Name != "合并" {
		t.Errorf("read back %d parcels, whole %q, %v", len(parcels), all.Site.Name, err)
	}
	table, err := ChecksTable(set)
	if err != nil || strings.Count(table, "重叠核查结果") != 3 {
		t.Errorf("%v\n%s", err, table)
	}
	single, all, err := ReadChecks(encode(t, first))
	if err != nil || len(single) != 0 || all.Id != first.ID {
		t.Errorf("one parcel read back as %d parcels, whole %s, %v", len(single), all.Id, err)
	}
	if _, _, err := ReadChecks([]byte(`{}`)); err == nil {
		t.Error("an answer without an id was read")
	}
}
