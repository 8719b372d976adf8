package report

import (
	"fmt"
	"strings"

	"hongxian/geodata"
	"hongxian/internal/quality"
)

// maxPlacesShown bounds the places a terminal shows; JSON and GeoPackage have more.
const maxPlacesShown = 10

var qualityMarks = map[quality.Status]string{
	quality.Passed: "通过 passed", quality.Found: "有问题 found", quality.Blocking: "阻止发布 blocking", quality.NotChecked: "未检查 not checked"}

// QualityTable is a quality report for the terminal.
func QualityTable(r *quality.Report) string {
	g := newGrid(allLeft, "检查项 check", "结果 status", "数量 count", "面积 m²", "阈值 limit", "说明 note")
	g.right[2], g.right[3] = true, true
	for _, c := range r.Checks {
		zh, en := QualityTitle(c.Kind)
		g.row(zh+" "+en, qualityMarks[c.Status], qualityCount(c), qualityArea(c), qualityLimit(c), qualityNote(c))
	}
	var b strings.Builder
	fmt.Fprintf(&b, "质检报告 Quality report %s\n", r.Ref)
	if r.Schematic {
		b.WriteString("【示意数据】非真实界线，无法律效力。SCHEMATIC DATA, without legal force.\n")
	}
	g.write(&b)
	for i, p := range r.Places {
		if i == maxPlacesShown {
			fmt.Fprintf(&b, "  …… 更多位置见 hongxian quality %s --format gpkg / more places: --format gpkg\n", r.Ref)
			break
		}
		zh, _ := QualityTitle(p.Kind)
		fmt.Fprintf(&b, "  %s：记录 records %s，%s 平方米 m²，平均宽 mean width %.3f m (%.7f, %.7f)\n", zh, recordList(p.Records), p.Area.In(geodata.SquareMetre, 2), p.Width, p.At[0], p.At[1])
	}
	t := r.Thresholds
	fmt.Fprintf(&b, "  阈值 thresholds：细碎 slivers < %s 或平均宽 or mean width < %g m；属性面积 stated areas > %g %% 且 and > %s；不足 %s 或宽不过 %g 毫米的是同一界线画了两次 one line drawn twice：%d 处\n",
		t.Sliver, t.SliverWidth, 100*t.AreaShare, t.AreaM2, t.NoiseM2, 1000*t.HairlineM, r.Hairlines)
	switch blocking := r.Blocking(); {
	case len(blocking) > 0 && r.Accepted != "":
		fmt.Fprintf(&b, "阻止发布的问题已按“%s”确认。The blocking findings were accepted on %s.\n", r.Accepted, r.Accepted)
	case len(blocking) > 0:
		fmt.Fprintf(&b, "有 %d 类问题阻止发布；改正后重新导入。%d kinds of findings stop the publication; correct and import again.\n", len(blocking), len(blocking))
	}
	return b.String()
}

func recordList(records []int) string {
	if len(records) == 0 {
		return "–"
	}
	texts := make([]string, len(records))
	for i, n := range records {
		texts[i] = fmt.Sprint(n)
	}
	return strings.Join(texts, "+")
}

func qualityCount(c quality.Check) string {
	if c.Status == quality.NotChecked {
		return "–"
	}
	return fmt.Sprint(c.Count)
}

func qualityArea(c quality.Check) string {
	if !c.Kind.HasPlaces() || c.Status == quality.NotChecked {
		return ""
	}
	return c.Area.In(geodata.SquareMetre, 2)
}

func qualityLimit(c quality.Check) string {
	if c.Limit == nil {
		return ""
	}
	return fmt.Sprintf("> %g", *c.Limit)
}

// qualityNote is why a check was left out, or the first thing it found.
func qualityNote(c quality.Check) string {
	if why, ok := qualityReasons[c.Why]; ok {
		return why[0] + " " + why[1]
	}
	if len(c.Examples) == 0 {
		return ""
	}
	x := c.Examples[0]
	text := strings.TrimSpace(x.Code + " " + x.Name)
	if len(x.Records) > 0 {
		text = strings.TrimSpace("记录 record " + recordList(x.Records) + " " + text)
	}
	if x.Text != "" {
		text += "：" + x.Text
	}
	if x.Want != "" {
		text += " ≠ " + x.Want
	}
	return text
}
