package office

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"hongxian/internal/openapi"
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

// changeLine is a row of the township table: a township, or what lies beside them.
type changeLine struct {
	code, name, verdict string
	figures             openapi.ChangeFigures
}

func (p ChangePaper) lines() []changeLine {
	c := p.Change
	var out []changeLine
	for _, t := range c.Townships {
		f := openapi.ChangeFigures{BeforeM2: t.BeforeM2, AfterM2: t.AfterM2, GainedM2: t.GainedM2, LostM2: t.LostM2, NetM2: t.NetM2, Rate: t.Rate, Noise: t.Noise}
		out = append(out, changeLine{t.Code, t.Name, changeWord(f, c.Tolerance.DecreaseM2), f})
	}
	m := c.MultiplyCovered
	off := openapi.ChangeFigures{BeforeM2: -m.BeforeM2, AfterM2: -m.AfterM2, GainedM2: -m.GainedM2, LostM2: -m.LostM2, NetM2: -m.NetM2,
		Noise: openapi.ChangeNoise{GainedM2: -m.Noise.GainedM2, LostM2: -m.Noise.LostM2}}
	return append(out, changeLine{"", "乡镇以外", "", c.Outside}, changeLine{"", "乡镇重复覆盖（扣减）", "", off})
}

func areaColumn(title string) column { return column{title, hectares, 24} }

// changeWord is a row's verdict.
func changeWord(f openapi.ChangeFigures, decrease float64) string {
	switch {
	case f.NetM2 < -decrease:
		return "减少"
	case f.LostM2 > 0:
		return "有调出"
	}
	return "不减少"
}

func (p ChangePaper) townshipTable() (table, error) {
	c, lines := p.Change, p.lines()
	whole := openapi.ChangeFigures{BeforeM2: c.BeforeM2, AfterM2: c.AfterM2, GainedM2: c.GainedM2, LostM2: c.LostM2, NetM2: c.NetM2, Rate: c.Rate, Noise: c.Noise}
	t := table{columns: []column{{"代码", words, 20}, {"乡镇", words, 34}}}
	cells := make([][]cell, len(lines))
	for i, l := range lines {
		cells[i] = []cell{word(l.code), word(l.name)}
	}
	total := []cell{word("合计"), word("")}
	for _, column := range changeFigures {
		t.columns = append(t.columns, areaColumn(column.title))
		parts := make([]float64, len(lines))
		for i, l := range lines {
			parts[i] = column.of(l.figures)
		}
		printed, err := balance(hectares, column.of(whole), parts)
		if err != nil {
			return t, fmt.Errorf("%s: %w", column.title, err)
		}
		for i := range lines {
			cells[i] = append(cells[i], printed[i])
		}
		total = append(total, area(hectares, column.of(whole)))
	}
	t.columns = append(t.columns, column{"变化率（%）", percents, 20}, column{"判定", words, 16})
	for i, l := range lines {
		t.add(append(cells[i], percent(l.figures.Rate), word(l.verdict))...)
	}
	t.rows = append(t.rows, row{cells: append(total, percent(whole.Rate), word(changeWord(whole, c.Tolerance.DecreaseM2))), total: true})
	return t, nil
}

var changeKinds = map[openapi.ChangePieceKind]string{1: "调入", 2: "属性变更", 3: "调出"}

func (p ChangePaper) pieceTable() (table, error) {
	t := table{columns: []column{{"序号", count, 12}, {"WHLX", count, 12}, {"类型", words, 16}, {"面积（平方米）", squareMetres, 26}, {"公顷", hectares, 20}, {"乡镇", words, 28},
		{"图斑", words, 44}, {"原类别", words, 34}, {"现类别", words, 34}, {"批准文号", words, 34}, {"有批准（平方米）", squareMetres, 26}, {"无批准（平方米）", squareMetres, 26}, {"受限转移", words, 34}}}
	for _, q := range p.Change.Pieces {
		var towns, features, approvals []string
		for _, x := range q.Townships {
			if x.Code == "" {
				x.Name = "乡镇以外"
			}
			towns = append(towns, x.Name)
		}
		for _, x := range q.Features {
			features = append(features, strings.TrimSpace(x.Code+" "+x.Name))
		}
		for _, x := range q.Approvals {
			approvals = append(approvals, x.Number)
		}
		if len(approvals) == 0 {
			approvals = []string{"无批准文件"}
		}
		restricted := ""
		if q.Restricted != nil {
			restricted = q.Restricted.Title
		}
		t.add(whole(q.Number), whole(int(q.Kind)), word(changeKinds[q.Kind]), area(squareMetres, q.AreaM2), area(hectares, q.AreaM2), word(strings.Join(towns, "、")),
			word(strings.Join(features, "\n")), word(deref(q.ClassFrom)), word(deref(q.ClassTo)), word(strings.Join(approvals, "、")),
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

// transitionTable is the matrix of classes: before by row, after by column.
func (p ChangePaper) transitionTable() (table, error) {
	var from, to []string
	cells := map[[2]string]openapi.ChangeTransition{}
	for _, x := range p.Change.Transitions {
		from, to = appendNew(from, x.From), appendNew(to, x.To)
		cells[[2]string{x.From, x.To}] = x
	}
	t := table{columns: []column{{"基期 ＼ 现状（公顷）", words, 50}}}
	for _, class := range to {
		t.columns = append(t.columns, column{orNone(class), hectares, 34})
	}
	for _, f := range from {
		line := []cell{word(orNone(f))}
		for _, g := range to {
			x, ok := cells[[2]string{f, g}]
			if !ok {
				line = append(line, none)
				continue
			}
			line = append(line, area(hectares, x.AreaM2))
			if x.Restricted != nil {
				t.notes = append(t.notes, fmt.Sprintf("受限转移：%s → %s，%s 公顷，%s。依据：%s", f, g, area(hectares, x.AreaM2).text, x.Restricted.Title, x.Restricted.Source))
			}
		}
		t.add(line...)
	}
	return t, nil
}

func appendNew(list []string, s string) []string {
	for _, known := range list {
		if known == s {
			return list
		}
	}
	return append(list, s)
}

func orNone(class string) string {
	if class == "" {
		return "（无类别）"
	}
	return class
}

var changeFates = map[openapi.ChangeFate]string{
	openapi.ChangeFateKept: "保留", openapi.ChangeFateReshaped: "变形", openapi.ChangeFateSplit: "拆分", openapi.ChangeFateMerged: "合并",
	openapi.ChangeFateGained: "新增", openapi.ChangeFateLost: "消失", openapi.ChangeFateReclassified: "变类", openapi.ChangeFateRenumbered: "变号"}

func (p ChangePaper) featureTable() (table, error) {
	t := table{columns: []column{{"沿革", words, 18}, {"另", words, 26}, {"基期图斑", words, 50}, {"现状图斑", words, 50}, {"基期（公顷）", hectares, 24}, {"现状（公顷）", hectares, 24},
		{"共有（公顷）", hectares, 24}, {"变化图斑序号", words, 24}}}
	for _, f := range p.Change.Features {
		var also, numbers []string
		if f.Renumbered && f.Fate != openapi.ChangeFateRenumbered {
			also = append(also, "变号")
		}
		if f.Reclassified && f.Fate != openapi.ChangeFateReclassified {
			also = append(also, "变类")
		}
		if f.CodeReused {
			also = append(also, "编码另用")
		}
		for _, n := range f.Pieces {
			numbers = append(numbers, strconv.Itoa(n))
		}
		t.add(word(changeFates[f.Fate]), word(strings.Join(also, "、")), word(stateList(f.Before)), word(stateList(f.After)), area(hectares, f.BeforeM2), area(hectares, f.AfterM2),
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
