package report_test

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"hongxian/geodata"
	"hongxian/internal/openapi"
	"hongxian/internal/report"
	"hongxian/internal/report/stats"
	"hongxian/internal/township"
)

// randomTable is a table that closes: a layer with classes that lie on each other, a
// layer without, and what both have in common, over townships of three types that
// overlap and leave gaps.
func randomTable(random *rand.Rand) *township.Table {
	t := &township.Table{CountyCode: "500237", CountyName: "巫山县", CreatedAt: time.Date(2026, 11, 26, 0, 0, 0, 0, time.UTC), ByClass: true,
		Townships: township.Version{Ref: "500237.township@2023"}, Columns: []township.Column{
			{Kind: township.OfLayer, Layer: "red-line", Ref: "500237.red-line@2022", TitleZH: "生态保护红线", Counted: true, Of: -1}}}
	classes := 1 + random.IntN(5)
	for i := range classes {
		t.Columns = append(t.Columns, township.Column{Kind: township.OfClass, Layer: "red-line", Ref: "500237.red-line@2022", Class: fmt.Sprint("类", i), TitleZH: "生态保护红线", Counted: true, Of: 0})
	}
	t.Columns = append(t.Columns, township.Column{Kind: township.OfClassOverlap, Layer: "red-line", Ref: "500237.red-line@2022", TitleZH: "生态保护红线", Of: 0},
		township.Column{Kind: township.OfLayer, Layer: "heritage", Ref: "500237.heritage@2021", TitleZH: "世界自然遗产", Counted: true, Of: -1})
	size := []float64{1e-3, 1, 1e4, 1e8}[random.IntN(4)]
	area := func() geodata.Area {
		if random.IntN(4) == 0 {
			return 0
		}
		return geodata.Area(random.Float64() * size)
	}
	row := func(name, kind string) township.Row {
		r := township.Row{Name: name, Type: kind, Area: area(), Cells: make([]township.Cell, len(t.Columns))}
		overlap := area() / 3
		r.Cells[0].Area = -overlap
		for i := range classes {
			r.Cells[1+i] = township.Cell{Area: area() + overlap, Features: random.IntN(9)}
			r.Cells[0].Area += r.Cells[1+i].Area
		}
		r.Cells[classes+1].Area, r.Cells[classes+2].Area = overlap, area()
		return r
	}
	t.Outside, t.Multiply = row("乡镇范围外", ""), row("重复覆盖", "")
	t.Outside.Area = 0
	t.Total = township.Row{Name: "合计", Area: -t.Multiply.Area, Cells: make([]township.Cell, len(t.Columns))}
	for i := range t.Columns {
		t.Total.Cells[i].Area = t.Outside.Cells[i].Area - t.Multiply.Cells[i].Area
	}
	types := []string{"街道", "镇", "乡"}
	for i := range 1 + random.IntN(30) {
		r := row(fmt.Sprint("乡镇", i), types[random.IntN(3)])
		r.Code = fmt.Sprintf("500237%03d", i)
		t.Rows = append(t.Rows, r)
		t.Total.Area += r.Area
		for j := range r.Cells {
			t.Total.Cells[j].Area += r.Cells[j].Area
		}
	}
	subtotal(t, types)
	return t
}

func subtotal(t *township.Table, types []string) {
	for _, kind := range types {
		sum, rows := township.Row{Name: kind, Type: kind, Cells: make([]township.Cell, len(t.Columns))}, 0
		for _, r := range t.Rows {
			if r.Type == kind {
				rows++
				sum.Area += r.Area
				for j, c := range r.Cells {
					sum.Cells[j].Area += c.Area
				}
			}
		}
		if rows > 0 {
			t.Subtotals = append(t.Subtotals, sum)
		}
	}
}

// Balanced tables add up as they are printed, in every unit and with every number
// of decimals, and no printed cell is far from its own rounding.
func TestStatsAddUpAsPrinted(t *testing.T) {
	random := rand.New(rand.NewPCG(6, 26))
	for range 60 {
		table := randomTable(random)
		for _, u := range []geodata.Unit{geodata.SquareMetre, geodata.Hectare, geodata.Mu, geodata.SquareKilometre, geodata.TenThousandMu} {
			for decimals := range 7 {
				form := report.StatsForm{Unit: u, Decimals: decimals}
				if form.Check() != nil {
					continue
				}
				s, err := report.Stats(table, form, "id")
				if err != nil {
					t.Fatalf("%s with %d decimals: %v", u, decimals, err)
				}
				if err := stats.Closes(s); err != nil {
					t.Fatalf("%s with %d decimals: %v", u, decimals, err)
				}
				if far := farFromItself(table, s, form); far != "" {
					t.Fatalf("%s with %d decimals: %s", u, decimals, far)
				}
			}
		}
	}
}

// farFromItself names a printed cell of a township that is more than a last digit
// away from its rounding (two in a column of classes, whose totals were moved too),
// or is not marked although it differs from it.
func farFromItself(table *township.Table, s openapi.Stats, form report.StatsForm) string {
	for i, r := range s.Rows {
		for j, c := range r.Printed {
			own := table.Rows[i].Cells[j].Area.In(form.Unit, form.Decimals)
			if c.Balanced == (c.Text == own) {
				return fmt.Sprintf("%s printed %s, marked %v", own, c.Text, c.Balanced)
			}
			n, _ := geodata.LastDigits(c.Text, form.Decimals)
			rounded, _ := geodata.LastDigits(own, form.Decimals)
			if steps := max(n-rounded, rounded-n); s.Columns[j].Kind != openapi.StatsColumnKindLayer && steps > 1 {
				return fmt.Sprintf("%s printed %s", own, c.Text)
			}
		}
	}
	return ""
}

// What does not add up is not printed.
func TestStatsThatDoNotCloseAreRefused(t *testing.T) {
	table := randomTable(rand.New(rand.NewPCG(1, 1)))
	table.Total.Cells[0].Area += 1e9
	if _, err := report.Stats(table, report.StatsForm{Unit: geodata.Hectare, Decimals: 2}, "id"); err == nil {
		t.Error("a total that its rows do not make was printed")
	}
	s, err := report.Stats(randomTable(rand.New(rand.NewPCG(1, 2))), report.StatsForm{Unit: geodata.Hectare, Decimals: 2}, "id")
	if err != nil {
		t.Fatal(err)
	}
	s.Rows[0].Printed[0].Text = "12345678.90" // a kept table that was tampered with
	if err := report.StatsCSV(&bytes.Buffer{}, s); err == nil {
		t.Error("rows that do not make the total were written")
	}
}

func TestStatsCSV(t *testing.T) {
	table := randomTable(rand.New(rand.NewPCG(3, 4)))
	table.Rows[0].Name = "=HYPERLINK(\"http://x\")"
	table.Columns[1].Class = "@class"
	table.Rows[len(table.Rows)-1].Name = "𬭩镇" // only GB18030 has its first character
	s, err := report.Stats(table, report.StatsForm{Unit: geodata.Mu, Decimals: 2}, "id")
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := report.StatsCSV(&b, s); err != nil {
		t.Fatal(err)
	}
	text, hasBOM := strings.CutPrefix(b.String(), "\ufeff")
	if !hasBOM || strings.Count(text, "\n") != strings.Count(text, "\r\n") {
		t.Error("no BOM, or lines that do not end with CRLF")
	}
	rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil || len(rows) != 1+len(table.Rows)+len(table.Subtotals)+3 {
		t.Fatalf("%d lines, %v", len(rows), err)
	}
	for i, r := range rows[1:] {
		if (r[0] == "") != (i >= len(table.Rows)) {
			t.Errorf("line %d begins with %q", i, r[0])
		}
		for _, cell := range r {
			if cell != "" && strings.ContainsRune("=+@", rune(cell[0])) {
				t.Errorf("a spreadsheet takes %q for a formula", cell)
			}
		}
	}
	if rows[1][1] != "'=HYPERLINK(\"http://x\")" || rows[len(table.Rows)][1] != "𬭩镇" {
		t.Errorf("names: %q, %q", rows[1][1], rows[len(table.Rows)][1])
	}
	if report.StatsTable(s) == "" {
		t.Error("no table for the terminal")
	}
}
