package office

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"hongxian/internal/openapi"
	"hongxian/internal/report/comparison"
)

// ChangePaper (面积变化核查报告) is a kept comparison and what its workbook adds to it.
type ChangePaper struct {
	Change      openapi.Change
	Conclusions []string // the verdicts, Chinese sentences
	Letterhead  string
	Secrecy     string
	MapApproval string
	Code        string // 查验码
	Program     string
}

// ChangeXLSX writes a kept comparison as a workbook: 总表, 乡镇, 变化图斑, 类别转移,
// 图斑沿革, 说明. Figures are numbers, as printed; sums are formulas with their values
// beside. Equal papers give equal bytes. It fails when a table does not add up.
func ChangeXLSX(w io.Writer, p ChangePaper) error {
	c := p.Change
	b := newWorkbook(fmt.Sprintf("图层：%s　　%s → %s　　查询编号：%s", c.Title, c.From, c.To, p.Code), c.Schematic, c.CreatedAt)
	b.property(checkIDProperty, c.Id)
	p.summarySheet(b)
	for _, t := range []struct {
		name, heading string
		make          func() (table, error)
	}{
		{"乡镇", "乡镇面积变化表", p.townshipTable}, {"变化图斑", "变化图斑（调出、属性变更、调入）", p.pieceTable},
		{"类别转移", "共有范围类别转移", p.transitionTable}, {"图斑沿革", "图斑沿革", p.featureTable}, {"说明", "基本信息与说明", p.notesTable},
	} {
		made, err := t.make()
		if err != nil {
			return fmt.Errorf("change %s as a workbook: %s: %w", c.Id, t.name, err)
		}
		b.tableSheet(t.name, t.heading, made)
	}
	if b.err != nil {
		return fmt.Errorf("change %s as a workbook: %w", c.Id, b.err)
	}
	return b.writeOrdered(w)
}

func (p ChangePaper) summarySheet(b *workbook) {
	c := p.Change
	t := table{columns: []column{{"项目", words, 50}, {"面积（平方米）", squareMetres, 32}, {"公顷", hectares, 26}, {"亩", mu, 26}}}
	for _, r := range []struct {
		name string
		m2   float64
	}{{"基期面积", c.BeforeM2}, {"调入", c.GainedM2}, {"调出", c.LostM2}, {"边界误差（增）", c.Noise.GainedM2}, {"边界误差（减）", c.Noise.LostM2},
		{"净变化", c.NetM2}, {"现状面积", c.AfterM2}, {"调出中无批准文件", c.Verdict.LostWithoutApprovalM2}} {
		t.add(append([]cell{word(r.name)}, areas(r.m2)...)...)
	}
	s := b.sheet("总表", c.Title+"面积变化核查表", t.titles(), t.characters())
	s.table(t)
	s.banner("", look{plain: true})
	for _, line := range p.Conclusions {
		s.banner(clean(line), look{plain: true})
	}
	s.close()
}

// changeColumn is a column of figures in the township table.
type changeColumn struct {
	title string
	of    func(openapi.ChangeFigures) float64
}

var changeFigures = []changeColumn{
	{"基期面积（公顷）", func(f openapi.ChangeFigures) float64 { return f.BeforeM2 }},
	{"现状面积（公顷）", func(f openapi.ChangeFigures) float64 { return f.AfterM2 }},
	{"调入（公顷）", func(f openapi.ChangeFigures) float64 { return f.GainedM2 }},
	{"调出（公顷）", func(f openapi.ChangeFigures) float64 { return f.LostM2 }},
	{"细碎增（公顷）", func(f openapi.ChangeFigures) float64 { return f.Noise.GainedM2 }},
	{"细碎减（公顷）", func(f openapi.ChangeFigures) float64 { return f.Noise.LostM2 }},
	{"净变化（公顷）", func(f openapi.ChangeFigures) float64 { return f.NetM2 }},
}

func areaColumn(title string) column { return column{title, hectares, 24} }

func (p ChangePaper) townshipTable() (table, error) {
	lines, whole := comparison.Lines(p.Change), comparison.Whole(p.Change)
	t := table{columns: []column{{"代码", words, 20}, {"乡镇", words, 34}}}
	cells := make([][]cell, len(lines))
	for i, l := range lines {
		cells[i] = []cell{word(l.Code), word(l.Name)}
	}
	total := []cell{word(whole.Name), word("")}
	for _, column := range changeFigures {
		t.columns = append(t.columns, areaColumn(column.title))
		parts := make([]float64, len(lines))
		for i, l := range lines {
			parts[i] = column.of(l.Figures)
		}
		printed, err := balance(hectares, column.of(whole.Figures), parts)
		if err != nil {
			return t, fmt.Errorf("%s: %w", column.title, err)
		}
		for i := range lines {
			cells[i] = append(cells[i], printed[i])
		}
		total = append(total, area(hectares, column.of(whole.Figures)))
	}
	t.columns = append(t.columns, column{"变化率（%）", percents, 20}, column{"判定", words, 16})
	for i, l := range lines {
		t.add(append(cells[i], percent(l.Figures.Rate), word(l.Verdict))...)
	}
	t.rows = append(t.rows, row{cells: append(total, percent(whole.Figures.Rate), word(whole.Verdict)), total: true})
	return t, nil
}

func (p ChangePaper) pieceTable() (table, error) {
	t := table{columns: []column{{"序号", count, 12}, {"WHLX", count, 12}, {"类型", words, 16}, {"面积（平方米）", squareMetres, 26}, {"公顷", hectares, 20}, {"乡镇", words, 28},
		{"图斑", words, 44}, {"原类别", words, 34}, {"现类别", words, 34}, {"批准文号", words, 34}, {"有批准（平方米）", squareMetres, 26}, {"无批准（平方米）", squareMetres, 26}, {"受限转移", words, 34}}}
	for _, q := range p.Change.Pieces {
		var features []string
		for _, x := range q.Features {
			features = append(features, strings.TrimSpace(x.Code+" "+x.Name))
		}
		restricted := ""
		if q.Restricted != nil {
			restricted = q.Restricted.Title
		}
		t.add(whole(q.Number), whole(int(q.Kind)), word(comparison.Kind(q.Kind)), area(squareMetres, q.AreaM2), area(hectares, q.AreaM2), word(comparison.Towns(q)),
			word(strings.Join(features, "\n")), word(deref(q.ClassFrom)), word(deref(q.ClassTo)), word(comparison.Approvals(q)),
			area(squareMetres, q.ApprovedM2), area(squareMetres, q.UnapprovedM2), word(restricted))
	}
	if len(t.rows) == 0 {
		t.notes = []string{"没有变化图斑。"}
	}
	return t, nil
}

func deref(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

// transitionTable is the matrix of classes: before by line, after by column.
func (p ChangePaper) transitionTable() (table, error) {
	m := comparison.Classes(p.Change)
	t := table{columns: []column{{"基期 ＼ 现状（公顷）", words, 50}}}
	for _, class := range m.After {
		t.columns = append(t.columns, column{comparison.Class(class), hectares, 34})
	}
	for i, class := range m.Before {
		line := []cell{word(comparison.Class(class))}
		for _, x := range m.Cells[i] {
			if x == nil {
				line = append(line, none)
			} else {
				line = append(line, area(hectares, x.AreaM2))
			}
		}
		t.add(line...)
	}
	t.notes = comparison.Restricted(p.Change, func(m2 float64) string { return area(hectares, m2).text })
	return t, nil
}

func (p ChangePaper) featureTable() (table, error) {
	t := table{columns: []column{{"沿革", words, 18}, {"另", words, 26}, {"基期图斑", words, 50}, {"现状图斑", words, 50}, {"基期（公顷）", hectares, 24}, {"现状（公顷）", hectares, 24},
		{"共有（公顷）", hectares, 24}, {"变化图斑序号", words, 24}}}
	for _, f := range p.Change.Features {
		var numbers []string
		for _, n := range f.Pieces {
			numbers = append(numbers, strconv.Itoa(n))
		}
		t.add(word(comparison.Fate(f.Fate)), word(strings.Join(comparison.Also(f), "、")), word(stateList(f.Before)), word(stateList(f.After)), area(hectares, f.BeforeM2), area(hectares, f.AfterM2),
			area(hectares, f.CommonM2), word(strings.Join(numbers, "、")))
	}
	t.notes = []string{fmt.Sprintf("另有 %d 个图斑保留不变，不列出。", p.Change.Kept)}
	return t, nil
}

func stateList(fs []openapi.ChangeFeatureState) string {
	var out []string
	for _, f := range fs {
		code := f.Code
		if code == "" {
			code = fmt.Sprintf("第 %d 条记录", f.Record)
		}
		out = append(out, strings.TrimSpace(code+" "+f.Name))
	}
	return strings.Join(out, "\n")
}

func (p ChangePaper) notesTable() (table, error) {
	c, t := p.Change, table{columns: []column{{"项目", words, 44}, {"内容", words, 150}}}
	for _, f := range [][2]string{
		{"图层", c.Title}, {"所在县（区）", c.County.Name + "（" + c.County.Code + "）"}, {"基线（基期版本）", c.From}, {"现状版本", c.To},
		{"核查时间", c.CreatedAt.In(beijing).Format("2006年01月02日 15:04:05") + "（北京时间）"}, {"查验码", p.Code}, {"核查编号", c.Id}, {"程序", p.Program},
		{"占县域面积（%）", fmt.Sprintf("基期 %s，现状 %s", percent(c.County.ShareBefore).text, percent(c.County.ShareAfter).text)},
		{"边界误差（细碎）", fmt.Sprintf("连通的变化图斑面积小于 %s 平方米，或平均宽度（2A/P）小于 %s 米", plainNumber(c.Tolerance.AreaM2), plainNumber(c.Tolerance.WidthM))},
		{"面积不减少的判定", fmt.Sprintf("净变化 ≥ −τ，τ = %s 平方米", plainNumber(c.Tolerance.DecreaseM2))},
		{"拆分、合并的判定", fmt.Sprintf("相同面积不少于 %s %%", plainNumber(c.Tolerance.MatchRate*100))},
		{"批准文件", fmt.Sprintf("%d 个图斑；依据文号“%s”是整体依据，不能代替批准文件", c.Approvals.Count, c.Approvals.Basis)},
		{"面积口径", "CGCS2000 椭球面积，并集面积；四舍五入取位，带 * 的末位经平差调整"},
		{"密级", orBlank(p.Secrecy)}, {"审图号", orBlank(p.MapApproval)}, {"出具单位", orBlank(p.Letterhead)},
	} {
		t.add(word(f[0]), word(f[1]))
	}
	for _, v := range c.Versions {
		t.add(word("数据版本："+v.Ref), word("SHA-256 "+v.Digest))
	}
	return t, nil
}
