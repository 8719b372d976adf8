package report

import (
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
	"strings"

	"hongxian/geodata"
	"hongxian/internal/openapi"
	"hongxian/internal/report/spreadsheet"
	"hongxian/internal/report/stats"
)

// StatsCSV writes a table as CSV: BOM, CRLF, one header line, the code first,
// empty in sums, no notes. It fails when a printed column does not add up.
func StatsCSV(w io.Writer, s openapi.Stats) error {
	if err := stats.Closes(s); err != nil {
		return fmt.Errorf("township table %s as CSV: %w", s.Id, err)
	}
	if _, err := io.WriteString(w, "\ufeff"); err != nil {
		return err
	}
	out := csv.NewWriter(w)
	out.UseCRLF = true
	if s.Plan {
		return figuresCSV(out, s)
	}
	unit := "(" + stats.UnitName(s) + ")"
	head := []string{"代码", "名称", "类型", "面积" + unit}
	if s.Adjusted {
		head = append(head, "控制面积"+unit)
	}
	for _, c := range s.Columns {
		title := stats.Title(c)
		head = append(head, spreadsheet.Text(title+unit), spreadsheet.Text(title+"占乡镇(%)"), spreadsheet.Text(title+"占图层(%)"))
		if c.Counted {
			head = append(head, spreadsheet.Text(title+"图斑数"))
		}
	}
	if err := out.Write(head); err != nil {
		return err
	}
	for _, l := range stats.Lines(s) {
		if err := out.Write(csvLine(s, l)); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

// figuresCSV writes the figures of a plan's table, a line each.
func figuresCSV(out *csv.Writer, s openapi.Stats) error {
	if err := out.Write([]string{"数据", "单位", "目标", "公布", "计算", "差", "状态", "来源", "数据性质"}); err != nil {
		return err
	}
	given := func(s *string) string {
		if s == nil {
			return ""
		}
		return *s
	}
	nature := "正式数据"
	if s.Schematic {
		nature = "示意数据"
	}
	for _, f := range s.Figures {
		cells := []string{spreadsheet.Text(f.Name), stats.FigureUnit(f.Unit), spreadsheet.Text(given(f.Target)), stats.FigurePublished(f), given(f.Computed), given(f.Difference),
			stats.FigureStatus(f), spreadsheet.Text(stats.FigureSource(f)), nature}
		if err := out.Write(cells); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

func csvLine(s openapi.Stats, l stats.Line) []string {
	share := func(f *float64) string {
		if f == nil {
			return ""
		}
		return stats.Percent(f)
	}
	cells := []string{spreadsheet.Text(l.Code), spreadsheet.Text(l.Label), spreadsheet.Text(l.Type), l.AreaPrinted.Text}
	if s.Adjusted {
		cells = append(cells, stats.Control(s, l))
	}
	for i, c := range s.Columns {
		cells = append(cells, l.Printed[i].Text, share(l.Shares[i]), share(l.LayerShares[i]))
		if c.Counted {
			cells = append(cells, strconv.Itoa(*l.Counts[i]))
		}
	}
	return cells
}

// StatsTable is the terminal's view of a table.
func StatsTable(s openapi.Stats) string {
	var b strings.Builder
	english := "Township statistics"
	if s.Plan {
		english = "Figures of the plan"
	}
	fmt.Fprintf(&b, "%s  %s（%s %s）\n", stats.Heading(s), english, stats.UnitName(s), geodata.Unit(s.Unit).English())
	if s.Schematic {
		b.WriteString(schematicLine + "\n")
	}
	if !s.Plan {
		statsGrid(&b, s)
	}
	statsNotes(&b, s)
	return b.String()
}

// statsGrid is the terminal's view of the rows.
func statsGrid(b *strings.Builder, s openapi.Stats) {
	head := []string{"代码 code", "名称 name", "面积 area"}
	if s.Adjusted {
		head = append(head, "控制面积 control")
	}
	for _, c := range s.Columns {
		head = append(head, stats.Title(c), "占乡镇 %")
	}
	g := newGrid(2, head...)
	balanced := false
	mark := func(c openapi.StatsCell) string {
		if c.Balanced {
			balanced = true
			return c.Text + "*"
		}
		return c.Text
	}
	for _, l := range stats.Lines(s) {
		cells := []string{l.Code, l.Label, mark(l.AreaPrinted)}
		if s.Adjusted {
			cells = append(cells, stats.Control(s, l))
		}
		for i := range s.Columns {
			cells = append(cells, mark(l.Printed[i]), stats.Percent(l.Shares[i]))
		}
		g.row(cells...)
	}
	g.write(b)
	if balanced {
		b.WriteString("  * 末位经平差调整，使各项之和等于合计。Its last digit was moved so that the table adds up.\n")
	}
}

func statsNotes(b *strings.Builder, s openapi.Stats) {
	if len(s.Figures) > 0 {
		b.WriteString("\n公布数据对照 Published figures\n")
		g := newGrid(2, "数据 figure", "单位 unit", "公布 published", "计算 computed", "差 difference", "状态 status", "目标 target", "来源 source")
		for _, f := range s.Figures {
			g.row(f.Name, stats.FigureUnit(f.Unit), stats.FigurePublished(f), text(f.Computed), text(f.Difference), stats.FigureStatus(f), text(f.Target), stats.FigureSource(f))
		}
		g.write(b)
	}
	for _, f := range s.Findings {
		b.WriteString("\n注意 note: " + printable(f) + "\n")
	}
	if len(s.Computed) > 0 {
		b.WriteString("\n未预先准备、本次计算 computed for this table: " + strings.Join(s.Computed, ", ") + "\n")
	}
	b.WriteString("\n编号 id " + s.Id + "\n数据版本 Versions\n")
	g := newGrid(allLeft, "版本 version", "摘要 SHA-256", "")
	for _, v := range s.Versions {
		g.row(v.Ref, v.Digest, mark(v.Schematic))
	}
	g.write(b)
}
