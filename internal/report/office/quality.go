package office

import (
	"fmt"
	"io"
	"strings"

	"hongxian/internal/openapi"
)

var qualityStatus = map[openapi.QualityCheckStatus]string{"passed": "通过", "found": "有问题", "blocking": "阻止发布", "not_checked": "未检查"}

// QualityXLSX writes a quality report as a workbook: 检查项, 问题记录, 问题位置, 说明.
// Equal reports give equal bytes.
func QualityXLSX(w io.Writer, q openapi.Quality) error {
	b := newWorkbook("版本："+q.Ref+"　　图斑数："+fmt.Sprint(q.Features), q.Schematic, q.ExaminedAt)
	b.tableSheet("检查项", "质检报告", qualityChecks(q))
	b.tableSheet("问题记录", "问题记录（每项至多 20 条）", qualityExamples(q))
	b.tableSheet("问题位置", "问题位置（每类由大到小）", qualityPlaces(q))
	s := b.sheet("说明", "说明", []string{"项目", "内容"}, []float64{40, 90})
	for _, line := range qualityNotes(q) {
		s.line([]cell{word(line[0]), word(line[1])}, false)
	}
	s.close()
	if b.err != nil {
		return fmt.Errorf("quality of %s as a workbook: %w", q.Ref, b.err)
	}
	return b.writeOrdered(w)
}

func qualityChecks(q openapi.Quality) table {
	t := table{columns: []column{{"检查项", words, 45}, {"结果", words, 20}, {"数量", count, 20}, {"面积（平方米）", squareMetres, 30}, {"阻止发布的阈值", words, 30}, {"说明", words, 60}}}
	for _, c := range q.Checks {
		number, ground, limit, why := whole(c.Count), none, "", ""
		if c.AreaM2 != nil {
			ground = area(squareMetres, *c.AreaM2)
		}
		if c.Status == "not_checked" {
			number = none
		}
		if c.Limit != nil {
			limit = "超过 " + plainNumber(*c.Limit)
		}
		if c.Why != nil {
			why = *c.Why
		}
		t.add(word(c.Title), word(qualityStatus[c.Status]), number, ground, word(limit), word(why))
	}
	t.notes = []string{"阈值：层内重叠、缝隙、超出县域按平方米，其余按数量；没有阈值的不阻止发布。"}
	return t
}

func qualityExamples(q openapi.Quality) table {
	t := table{columns: []column{{"检查项", words, 45}, {"记录号", words, 30}, {"编码", words, 40}, {"名称", words, 40}, {"现值", words, 45}, {"应为", words, 45}, {"面积差（平方米）", squareMetres, 30}}}
	for _, c := range q.Checks {
		if c.Examples == nil {
			continue
		}
		for _, x := range *c.Examples {
			difference := none
			if x.AreaM2 != nil {
				difference = area(squareMetres, *x.AreaM2)
			}
			t.add(word(c.Title), word(recordNumbers(x.Records)), optional(x.Code), optional(x.Name), optional(x.Text), optional(x.Want), difference)
		}
	}
	return t
}

func qualityPlaces(q openapi.Quality) table {
	titles := map[string]string{}
	for _, c := range q.Checks {
		titles[string(c.Kind)] = c.Title
	}
	t := table{columns: []column{{"检查项", words, 35}, {"记录号", words, 30}, {"图斑", words, 60}, {"面积（平方米）", squareMetres, 30}, {"平均宽（米）", metres, 25}, {"经度", degrees, 30}, {"纬度", degrees, 30}}}
	for _, p := range q.Places {
		t.add(word(titles[p.Kind]), word(recordNumbers(p.Records)), word(strings.Join(p.Names, " ∩ ")), area(squareMetres, p.AreaM2), metre(p.WidthM), degree(p.Position[0]), degree(p.Position[1]))
	}
	return t
}

func qualityNotes(q openapi.Quality) [][2]string {
	t := q.Thresholds
	notes := [][2]string{
		{"版本", q.Ref}, {"数据摘要（SHA-256）", q.Digest}, {"数据性质", nature(q.Schematic)}, {"读入记录", fmt.Sprint(q.Read)},
		{"细碎图斑", fmt.Sprintf("面积小于 %s 平方米，或平均宽度（2A/P）小于 %s 米", plainNumber(t.SliverAreaM2), plainNumber(t.SliverWidthM))},
		{"属性面积", fmt.Sprintf("与图形面积相差超过 %s 平方米且超过较大者的 %s %%", plainNumber(t.AttributeM2), plainNumber(100*t.AttributeShare))},
		{"同一界线画了两次", fmt.Sprintf("%d 处：不足 %s 平方米，或平均宽不超过 %s 毫米，不计为问题", q.Hairlines, plainNumber(t.NoiseM2), plainNumber(1000*t.HairlineM))},
		{"面积口径", "2000 国家大地坐标系（CGCS2000）椭球面积，平方米"},
	}
	if q.Townships != nil {
		notes = append(notes, [2]string{"县域", "现行乡镇图层 " + *q.Townships})
	}
	if q.AcceptedBasis != nil {
		notes = append(notes, [2]string{"确认发布的依据", *q.AcceptedBasis})
	}
	return notes
}

func recordNumbers(records []int) string {
	texts := make([]string, len(records))
	for i, n := range records {
		texts[i] = fmt.Sprint(n)
	}
	return strings.Join(texts, "、")
}

func optional(text *string) cell {
	if text == nil {
		return word("")
	}
	return word(*text)
}
