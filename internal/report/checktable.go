package report

import (
	"fmt"
	"math/big"
	"slices"
	"strconv"
	"strings"
	"time"

	"hongxian/geodata"
	"hongxian/internal/openapi"
	"hongxian/internal/report/access"
)

var outcomes = map[openapi.CheckOutcome]string{
	openapi.CheckOutcomeClear:       "无冲突 clear",
	openapi.CheckOutcomeConditional: "有条件 conditional",
	openapi.CheckOutcomeProhibited:  "禁止 prohibited",
	openapi.CheckOutcomeReview:      "需人工研判 review",
}

// schematicLine marks tables of schematic data.
const schematicLine = "【示意数据】非真实界线，无法律效力。SCHEMATIC DATA, without legal force."

// ChecksTable is the terminal's view of a kept answer: each parcel's check, then
// the whole's.
func ChecksTable(body []byte) (string, error) {
	parcels, whole, err := ReadChecks(body)
	if err != nil {
		return "", err
	}
	var b strings.Builder
	for i, c := range parcels {
		fmt.Fprintf(&b, "════ 地块 %d / %d  Parcel\n", i+1, len(parcels))
		checkTable(&b, c)
		b.WriteString("\n")
	}
	if len(parcels) > 0 {
		fmt.Fprintf(&b, "════ 全部 %d 个地块合并  All parcels as one\n", len(parcels))
	}
	checkTable(&b, whole)
	return b.String(), nil
}

func checkTable(b *strings.Builder, c openapi.Check) {
	b.WriteString("重叠核查结果  Overlap check\n")
	if c.Schematic {
		b.WriteString(schematicLine + "\n")
	}
	siteLines(b, c)
	concerned(b, c)
	notConcerned(b, c)
	notChecked(b, c)
	townships(b, c)
	fmt.Fprintf(b, "\n结论 Outcome: %s\n", outcomes[c.Verdict.Outcome])
	for _, s := range c.Verdict.Sentences {
		b.WriteString("  " + printable(s) + "\n")
	}
	accessLists(b, c)
	b.WriteString("\n对照版本 Versions\n")
	g := newGrid(allLeft, "版本 version", "摘要 SHA-256", "")
	for _, v := range c.Versions {
		g.row(v.Ref, v.Digest, mark(v.Schematic))
	}
	g.write(b)
}

// accessLists are what the access list asks of each unit.
func accessLists(b *strings.Builder, c openapi.Check) {
	for _, r := range c.Verdict.Rules {
		rows := access.Rows(r)
		if len(rows) == 0 {
			continue
		}
		fmt.Fprintf(b, "\n%s\n", printable(access.Title(c, r, percent)))
		g := newGrid(allLeft, access.Titles...)
		for _, q := range rows {
			g.row(q.Level, q.Group, q.Text)
		}
		g.write(b)
		answer := access.Answer(r)
		if answer == "" {
			answer = "待定 open"
		}
		fmt.Fprintf(b, "  %s: %s\n", access.Conclusion, printable(answer))
	}
}

func siteLines(b *strings.Builder, c openapi.Check) {
	g := newGrid(allLeft, "编号 id", c.Id)
	g.row("时间 at", c.CreatedAt.UTC().Format(time.RFC3339))
	g.row("县 county", c.County.Name+" "+c.County.Code)
	g.row("地块 site", c.Site.Name)
	g.row("坐标系 CRS", c.Site.Crs)
	g.row("椭球面积 area", threeUnits(c.Site.AreaM2))
	g.row("高斯平面面积 plane area", threeUnits(c.Site.PlaneAreaM2))
	g.row("县域外 outside the county", threeUnits(c.Site.OutsideCountyM2))
	g.row("细碎图斑阈值 slivers", fmt.Sprintf("面积 area < %g m² 或 or 平均宽度 mean width < %g m", c.Tolerance.AreaM2, c.Tolerance.WidthM))
	g.row("地块摘要 site SHA-256", c.Site.Digest)
	for _, f := range c.Site.Findings {
		g.row("说明 note", f)
	}
	g.write(b)
}

func concerned(b *strings.Builder, c openapi.Check) {
	g := newGrid(2, "图层 layer", "版本 version", "面积 m²", "公顷 ha", "亩 mu", "占地块 %", "其中细碎 m²")
	n := 0
	for _, l := range c.Layers {
		if l.Status != openapi.CheckStatusConcerned {
			continue
		}
		n++
		title := l.Title
		if l.SliverOnly {
			title += "（仅细碎图斑 slivers only）"
		}
		g.row(append([]string{title, text(l.Ref)}, figures(l.OverlapM2, l.ShareOfSite, l.SliverM2)...)...)
		for _, f := range l.Features {
			g.row(append([]string{"  " + f.Name + " " + f.Code, f.Class}, figures(f.OverlapM2, f.ShareOfSite, f.SliverM2)...)...)
		}
	}
	section(b, "涉及 Concerned", n, g)
}

func notConcerned(b *strings.Builder, c openapi.Check) {
	g := newGrid(2, "图层 layer", "版本 version", "最近距离 nearest m")
	n := 0
	for _, l := range c.Layers {
		if l.Status != openapi.CheckStatusNotConcerned {
			continue
		}
		n++
		distance := "–"
		if l.DistanceM != nil {
			distance = fmt.Sprintf("%.1f", *l.DistanceM)
		}
		g.row(l.Title, text(l.Ref), distance)
	}
	section(b, "不涉及 Not concerned", n, g)
}

func notChecked(b *strings.Builder, c openapi.Check) {
	g := newGrid(allLeft, "图层 layer", "版本 version", "原因 reason")
	n := 0
	for _, l := range c.Layers {
		if l.Status == openapi.CheckStatusNotChecked {
			n++
			g.row(l.Title, text(l.Ref), text(l.Reason))
		}
	}
	section(b, "未核查（不等于不涉及） Not checked (which is not \"not concerned\")", n, g)
}

// townships shows the site's distribution and, of it, what each layer covers;
// the last rows make the sum with the site's area.
func townships(b *strings.Builder, c openapi.Check) {
	heading := []string{"代码 code", "乡镇 township", "地块 m²", "公顷 ha", "亩 mu"}
	var keys []string
	for _, l := range c.Layers {
		if inAnyTownship(c.Townships, l.Layer) {
			keys = append(keys, l.Layer)
			heading = append(heading, l.Title+" m²")
		}
	}
	g := newGrid(2, heading...)
	for _, t := range c.Townships {
		row := append([]string{t.Code, t.Name}, units(t.SiteM2)...)
		for _, k := range keys {
			row = append(row, area(t.OverlapM2[k]).In(geodata.SquareMetre, 2))
		}
		g.row(row...)
	}
	g.row(append([]string{"", "乡镇范围外 outside"}, units(c.OutsideM2)...)...)
	g.row(append([]string{"", "减：重复覆盖 less multiply covered"}, units(c.MultiplyCoveredM2)...)...)
	g.row(append([]string{"", "合计 total"}, units(c.Site.AreaM2)...)...)
	section(b, "乡镇分布 Townships", len(c.Townships), g)
}

func inAnyTownship(ts []openapi.CheckTownship, layer string) bool {
	return slices.ContainsFunc(ts, func(t openapi.CheckTownship) bool {
		_, ok := t.OverlapM2[layer]
		return ok
	})
}

// section writes a heading with its count, and the table when there is one.
func section(b *strings.Builder, heading string, n int, g *grid) {
	fmt.Fprintf(b, "\n%s: %d\n", heading, n)
	if n > 0 {
		g.write(b)
	}
}

// figures are a row's areas in three units, its share in per cent and its slivers.
func figures(m2, share, sliver float64) []string {
	return append(units(m2), percent(share), area(sliver).In(geodata.SquareMetre, 2))
}

func units(m2 float64) []string {
	a := area(m2)
	return []string{a.In(geodata.SquareMetre, 2), a.In(geodata.Hectare, 4), a.In(geodata.Mu, 2)}
}

func threeUnits(m2 float64) string {
	u := units(m2)
	return u[0] + " m²  " + u[1] + " 公顷 ha  " + u[2] + " 亩 mu"
}

// percent prints a fraction with four decimals, rounded half-up on its decimal.
func percent(share float64) string {
	r, ok := new(big.Rat).SetString(strconv.FormatFloat(share, 'f', -1, 64))
	if !ok {
		return "–"
	}
	return r.Mul(r, big.NewRat(100, 1)).FloatString(4)
}

func text(s *string) string {
	if s == nil {
		return "–"
	}
	return *s
}

func mark(schematic bool) string {
	if schematic {
		return "示意数据"
	}
	return ""
}
