package report

import (
	"strings"
	"testing"
	"time"

	"hongxian/geodata"
	"hongxian/internal/openapi"
)

func holdings() []LayerState {
	day := time.Date(2022, 11, 1, 0, 0, 0, 0, time.UTC)
	v := geodata.Version{ID: 3, County: "500237", Layer: geodata.RedLine, Label: "2022", State: geodata.InForce, SRID: 4490,
		Effective: &day, Basis: "渝府〔2022〕1 号", Schematic: true, Source: "demo", Digest: strings.Repeat("ab", 32),
		Features: 214, Area: 1077599400.00005, Created: day, Published: &day}
	return []LayerState{
		{Layer: geodata.Layer{Key: geodata.RedLine, TitleZH: "生态保护红线", TitleEN: "Ecological red line", Checked: true, Protected: true}, InForce: &v, Colour: "#d55e00"},
		{Layer: geodata.Layer{Key: geodata.Project, TitleZH: "建设项目", TitleEN: "Projects", Overlaps: true}},
	}
}

func TestLayerList(t *testing.T) {
	l := LayerList(openapi.County{Code: "500237", Name: "巫山县"}, holdings())
	b, err := JSON(l)
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "layers.json", b)
	golden(t, "layers.txt", []byte(LayersTable(l)+LayerTable(l.Layers[0])+LayerTable(l.Layers[1])))
}

func TestVersionList(t *testing.T) {
	v := *holdings()[0].InForce
	older := v
	older.Label, older.State, older.Effective, older.Schematic = "2018", geodata.Superseded, nil, false
	l := VersionList(geodata.RedLine, []geodata.Version{v, older})
	b, err := JSON(l)
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "versions.json", b)
	golden(t, "versions.txt", []byte(VersionsTable(l)))
}

// Figures stand under their heading: Chinese characters are two columns wide.
func TestGridAlignsChinese(t *testing.T) {
	g := newGrid(1, "名称", "m²")
	g.row("五里坡", "1.00")
	g.row("abc", "12345.00")
	var b strings.Builder
	g.write(&b)
	want := "" +
		"  名称          m²\n" +
		"  五里坡      1.00\n" +
		"  abc     12345.00\n"
	if b.String() != want {
		t.Errorf("got\n%swant\n%s", b.String(), want)
	}
}

func TestPercentRoundsHalfUp(t *testing.T) {
	for share, want := range map[float64]string{0.00000050: "0.0001", 0.00000049: "0.0000", 1: "100.0000", 0.36430005: "36.4300", 0.36430050: "36.4301"} {
		if got := percent(share); got != want {
			t.Errorf("percent(%v) = %s, want %s", share, got, want)
		}
	}
}
