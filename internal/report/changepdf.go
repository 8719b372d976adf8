package report

import (
	"bytes"
	"cmp"
	"fmt"
	"io"
	"strconv"
	"strings"

	"hongxian/geodata"
	"hongxian/internal/change"
	"hongxian/internal/openapi"
	"hongxian/internal/report/comparison"
	"hongxian/internal/report/figure"
	"hongxian/internal/report/font"
	"hongxian/internal/report/pdf"
)

// ChangeDocument (面积变化核查报告) is what a printed report of a comparison is made from.
type ChangeDocument struct {
	Change     openapi.Change
	Picture    *change.Picture // the map; nil when it is not to be had, which the report says
	Colours    map[geodata.LayerKey]figure.Colour
	Letterhead Letterhead
	Plane      string      // name of the county's Gauss-Krüger plane
	VerifyURL  string      // where a code is verified, the code is put behind it; may be empty
	Fonts      *font.Chain // nil stands for font.Standard
}

// changePDF is a report being laid out.
type changePDF struct {
	*printout
	ChangeDocument
}

// ChangePDF writes the report of a comparison as PDF, A4, every figure derived from
// the decimals of the kept answer. Equal documents give equal bytes. Errors:
// font-missing (*geodata.Error), or an Internal one when a table does not close.
func ChangePDF(w io.Writer, doc ChangeDocument) error {
	// The profile's title is that of check reports.
	doc.Letterhead.Title = doc.Change.Title + "面积变化核查报告"
	p, err := begin(filed{id: doc.Change.Id, created: doc.Change.CreatedAt, schematic: doc.Change.Schematic,
		letterhead: doc.Letterhead, verifyURL: doc.VerifyURL, fonts: doc.Fonts})
	if err != nil {
		return err
	}
	doc.Fonts = p.fonts
	c := &changePDF{p, doc}
	c.chapters([]chapter{
		{"基本信息", c.basics, 0}, {"版本与摘要", c.versions, 0}, {"面积口径", c.measure, 0}, {"结论", c.conclusions, 0},
		{"总表", c.summary, 0}, {"乡镇表", c.townships, 0}, {"调出逐块", c.lost, 0}, {"调入与属性变更", c.others, 0},
		{"类别转移矩阵", c.transitions, 0}, {"图斑沿革", c.features, 0}, mapChapter(c.figure, doc.Picture != nil), {"报告查验", c.verification, codeSize},
	})
	if c.err != nil {
		return fmt.Errorf("report of change %s: %w", doc.Change.Id, c.err)
	}
	return c.Write(w)
}

// basics say what was compared with what.
func (c *changePDF) basics() {
	k := c.Change
	rows := []pdf.Row{
		pair("图层", k.Title),
		pair("基线（基期版本）", k.From),
		pair("现状版本", k.To),
		pair("所在县（区）", k.County.Name+"（"+k.County.Code+"）"),
		pair("基期面积", unitsText(k.BeforeM2)),
		pair("现状面积", unitsText(k.AfterM2)),
		pair("净变化", unitsText(k.NetM2)+"，变化率 "+percent(k.Rate)+" %"),
		pair("占县域面积", c.shares()),
		pair("核查时间", k.CreatedAt.In(beijing).Format("2006年01月02日 15:04:05")+"（北京时间）"),
		pair("查询编号", c.code),
		pair("核查标识", k.Id),
	}
	c.Table(pdf.Table{Size: tableSize, Columns: []pdf.Column{{Weight: 1.3, Align: pdf.Middle}, {Weight: 4}}, Rows: rows})
}

func (c *changePDF) shares() string {
	k := c.Change.County
	if k.AreaM2 == 0 {
		return "没有现行的乡镇图层，不能计算"
	}
	return fmt.Sprintf("基期 %s %%，现状 %s %%（县域面积取乡镇范围，%s 公顷）", percent2(k.ShareBefore), percent2(k.ShareAfter), ha(k.AreaM2))
}

var versionRoles = map[openapi.ChangeVersionRole]string{openapi.ChangeVersionRoleFrom: "基期", openapi.ChangeVersionRoleTo: "现状", openapi.ChangeVersionRoleTownships: "乡镇"}

func (c *changePDF) versions() {
	t := pdf.Table{Size: smallSize, Columns: []pdf.Column{{Title: "", Weight: 0.5, Align: pdf.Middle}, {Title: "版本", Weight: 1.7}, {Title: "生效日期", Weight: 1, Align: pdf.Middle},
		{Title: "依据文号", Weight: 1.5}, {Title: "图斑", Weight: 0.6, Align: pdf.End}, {Title: "摘要（SHA-256）", Weight: 3}, {Title: "备注", Weight: 0.7, Align: pdf.Middle}}}
	for _, v := range c.Change.Versions {
		day := dash
		if v.Effective != nil {
			day = v.Effective.Format("2006-01-02")
		}
		basis := v.Basis
		if basis == "" {
			basis = dash
		}
		t.Rows = append(t.Rows, row(versionRoles[v.Role], v.Ref, day, basis, strconv.Itoa(v.Features), v.Digest, mark(v.Schematic)))
	}
	c.Table(t)
	if c.Change.Approvals.Count > 0 {
		c.Paragraph(fmt.Sprintf("现状版本附有批准文件图斑 %d 个，%s 公顷。", c.Change.Approvals.Count, ha(c.Change.Approvals.AreaM2)), pdf.Style{Size: tableSize})
	} else {
		c.Paragraph("现状版本未附批准文件图斑；依据文号是整体依据，不能代替逐块批准文件。", pdf.Style{Size: tableSize})
	}
}

func (c *changePDF) measure() {
	t := c.Change.Tolerance
	for i, s := range []string{
		"面积均为 CGCS2000 椭球面积，按土地调查图斑椭球面积规则计算；界线在高斯-克吕格平面 " + c.Plane + " 内为直线。图层面积为并集面积，相互重叠的图斑不重复计算。",
		fmt.Sprintf("连通的变化图斑面积小于 %s 平方米，或平均宽度（2×面积÷周长）小于 %s 米的为边界误差（细碎），单列，不计入调入、调出。净变化 = 调入 − 调出 + 边界误差（增）− 边界误差（减）。",
			strconv.FormatFloat(t.AreaM2, 'f', -1, 64), strconv.FormatFloat(t.WidthM, 'f', -1, 64)),
		fmt.Sprintf("图斑沿革按编码和图形匹配：拆分、合并的每个来源（或去向）图斑至少 %s %% 的面积、合计至少 %s %% 的面积相同。", percent2(t.MatchRate), percent2(t.MatchRate)),
		"调出图斑在 WHLX = 3 的批准文件范围内的为有批准文件，其余为无批准文件。县域以外、乡镇以外的部分不裁切，单列一行。",
		"数字由 0.0001 平方米的十进制数四舍五入而得；1 公顷 = 10000 平方米。为使分项之和等于合计，末位经调整的数字注 *。",
	} {
		c.Paragraph(fmt.Sprintf("%d. %s", i+1, s), pdf.Style{Size: textSize})
	}
}

func (c *changePDF) conclusions() {
	for i, s := range ChangeConclusions(c.Change) {
		c.Paragraph(fmt.Sprintf("%d. %s", i+1, printable(s)), pdf.Style{Size: textSize})
	}
	c.Space(2 * pdf.MM)
	c.Table(pdf.Table{Size: 11, Columns: []pdf.Column{{Weight: 1, Align: pdf.Middle}, {Weight: 2}, {Weight: 1, Align: pdf.Middle}, {Weight: 2}, {Weight: 1, Align: pdf.Middle}, {Weight: 2.6, Align: pdf.End}},
		Rows: []pdf.Row{row("经办", "", "审核", "", "日期", "　　年　　月　　日")}})
}

func (c *changePDF) summary() {
	k := c.Change
	t := pdf.Table{Size: tableSize, Columns: append([]pdf.Column{{Title: "项目", Weight: 2}}, areaColumns()...)}
	for _, r := range []struct {
		name string
		m2   float64
	}{{"基期面积", k.BeforeM2}, {"调入", k.GainedM2}, {"调出", k.LostM2}, {"边界误差（增）", k.Noise.GainedM2}, {"边界误差（减）", k.Noise.LostM2},
		{"净变化", k.NetM2}, {"现状面积", k.AfterM2}, {"其中调出无批准文件", k.Verdict.LostWithoutApprovalM2}} {
		t.Rows = append(t.Rows, row(append([]string{r.name}, units(r.m2)...)...))
	}
	c.Table(t)
	if len(k.Classes) > 1 {
		c.Subheading("按类别")
		c.classes()
	}
}

func (c *changePDF) classes() {
	t := pdf.Table{Size: tableSize, Columns: []pdf.Column{{Title: "类别", Weight: 2}, {Title: "基期 公顷", Weight: 1, Align: pdf.End}, {Title: "现状 公顷", Weight: 1, Align: pdf.End}, {Title: "净变化 公顷", Weight: 1, Align: pdf.End}}}
	columns := make([][]string, 3)
	for j, of := range []func(openapi.ChangeClass) float64{
		func(k openapi.ChangeClass) float64 { return k.BeforeM2 }, func(k openapi.ChangeClass) float64 { return k.AfterM2 },
		func(k openapi.ChangeClass) float64 { return k.NetM2 }} {
		parts := make([]float64, len(c.Change.Classes))
		for i, k := range c.Change.Classes {
			parts[i] = of(k)
		}
		columns[j] = c.balancedHectares("类别", []float64{c.Change.BeforeM2, c.Change.AfterM2, c.Change.NetM2}[j], parts)
	}
	for i, k := range c.Change.Classes {
		t.Rows = append(t.Rows, row(k.Class, columns[0][i], columns[1][i], columns[2][i]))
	}
	t.Rows = append(t.Rows, sumRow("合计", 1, ha(c.Change.BeforeM2), ha(c.Change.AfterM2), ha(c.Change.NetM2)))
	c.Table(t)
}

// balancedHectares prints parts so that they add up to the printed total.
func (c *changePDF) balancedHectares(what string, total float64, parts []float64) []string {
	areas, out := make([]geodata.Area, len(parts)), make([]string, len(parts))
	for i, p := range parts {
		areas[i] = geodata.Area(p)
	}
	cells, err := geodata.Balance(geodata.Area(total), areas, geodata.Hectare, 4)
	if err != nil {
		c.fail(fmt.Errorf("%s: %w", what, err))
		return out
	}
	for i, cell := range cells {
		out[i] = marked(cell)
	}
	return out
}

// changeColumns are the columns of the township table, each with its figures.
var changeColumns = []struct {
	title string
	of    func(openapi.ChangeFigures) float64
}{
	{"基期面积", func(f openapi.ChangeFigures) float64 { return f.BeforeM2 }},
	{"现状面积", func(f openapi.ChangeFigures) float64 { return f.AfterM2 }},
	{"调入", func(f openapi.ChangeFigures) float64 { return f.GainedM2 }},
	{"调出", func(f openapi.ChangeFigures) float64 { return f.LostM2 }},
	{"细碎", func(f openapi.ChangeFigures) float64 { return f.Noise.GainedM2 - f.Noise.LostM2 }},
	{"净变化", func(f openapi.ChangeFigures) float64 { return f.NetM2 }},
}

// townships is the table that the requirement is reported by.
func (c *changePDF) townships() {
	lines, whole := comparison.Lines(c.Change), comparison.Whole(c.Change)
	t := pdf.Table{Size: smallSize, Columns: []pdf.Column{{Title: "乡镇", Weight: 1.5}}}
	cells := make([][]string, len(lines))
	var total []string
	for _, column := range changeColumns {
		t.Columns = append(t.Columns, pdf.Column{Title: column.title, Weight: 1.2, Align: pdf.End})
		parts := make([]float64, len(lines))
		for i, l := range lines {
			parts[i] = column.of(l.Figures)
		}
		printed := c.balancedHectares("乡镇"+column.title, column.of(whole.Figures), parts)
		for i := range lines {
			cells[i] = append(cells[i], printed[i])
		}
		total = append(total, ha(column.of(whole.Figures)))
	}
	t.Columns = append(t.Columns, pdf.Column{Title: "变化率 %", Weight: 1, Align: pdf.End}, pdf.Column{Title: "判定", Weight: 0.9, Align: pdf.Middle})
	for i, l := range lines {
		t.Rows = append(t.Rows, row(append(append([]string{l.Name}, cells[i]...), percent(l.Figures.Rate), cmp.Or(l.Verdict, dash))...))
	}
	t.Rows = append(t.Rows, sumRow(whole.Name, 1, append(total, percent(whole.Figures.Rate), whole.Verdict)...))
	c.Table(t)
	c.Paragraph("单位：公顷（变化率为 %）。净变化含细碎；细碎为边界误差增减之差。", pdf.Style{Size: smallSize})
}

// mostListed bounds the pieces and features that the printed report lists; all are
// in the workbook and the exchange files.
const mostListed = 500

// lost lists the lost pieces, each with its approvals or 无批准文件.
func (c *changePDF) lost() {
	c.pieces(func(p openapi.ChangePiece) bool { return p.Kind == 3 }, "没有调出的图斑。")
}

func (c *changePDF) others() {
	c.pieces(func(p openapi.ChangePiece) bool { return p.Kind != 3 }, "没有调入或属性变更的图斑。")
}

func (c *changePDF) pieces(wanted func(openapi.ChangePiece) bool, none string) {
	t := pdf.Table{Size: smallSize, Columns: []pdf.Column{{Title: "序号", Weight: 0.5, Align: pdf.Middle}, {Title: "类型", Weight: 0.8, Align: pdf.Middle}, {Title: "面积 公顷", Weight: 1, Align: pdf.End},
		{Title: "乡镇", Weight: 1.3}, {Title: "图斑", Weight: 1.8}, {Title: "批准文号", Weight: 1.6}, {Title: "有批准 公顷", Weight: 1, Align: pdf.End}, {Title: "无批准 公顷", Weight: 1, Align: pdf.End}}}
	n := 0
	for _, p := range c.Change.Pieces {
		if !wanted(p) {
			continue
		}
		if n++; n > mostListed {
			continue
		}
		approvals := comparison.Approvals(p)
		if p.Restricted != nil {
			approvals += "\n受限：" + p.Restricted.Title
		}
		features := pieceFeatures(p)
		if p.ClassFrom != nil && p.ClassTo != nil {
			features += "\n" + *p.ClassFrom + " → " + *p.ClassTo
		}
		t.Rows = append(t.Rows, row(strconv.Itoa(p.Number), comparison.Kind(p.Kind), ha(p.AreaM2), comparison.Towns(p), features, approvals, ha(p.ApprovedM2), ha(p.UnapprovedM2)))
	}
	if n == 0 {
		c.Paragraph(none, pdf.Style{Size: textSize})
		return
	}
	c.Table(t)
	if n > mostListed {
		c.Paragraph(fmt.Sprintf("共 %d 块，此处列出前 %d 块；全部见同一查询编号的表格（XLSX）。", n, mostListed), pdf.Style{Size: smallSize})
	}
}

// mostClasses is how many classes after stand side by side in a matrix.
const mostClasses = 6

// transitions is the matrix of the common ground by class before (lines) and after
// (columns). What stayed is on the diagonal; restricted cells are marked.
func (c *changePDF) transitions() {
	m := comparison.Classes(c.Change)
	if len(m.Before) == 0 {
		c.Paragraph("两个版本没有共有的范围。", pdf.Style{Size: textSize})
		return
	}
	for from := 0; from < len(m.After); from += mostClasses {
		c.matrix(m, from, min(from+mostClasses, len(m.After)))
	}
	c.Paragraph("单位：公顷。行为基期类别，列为现状类别，同一类别即未变。"+restrictedMark+" 为规划列明的受限转移，其余转移未列入受限，须人工认定。", pdf.Style{Size: smallSize})
	for _, line := range comparison.Restricted(c.Change, ha) {
		c.Paragraph(printable(line), pdf.Style{Size: smallSize})
	}
}

// restrictedMark stands before the area of a restricted transition.
const restrictedMark = "【受限】"

func (c *changePDF) matrix(m comparison.Matrix, from, to int) {
	t := pdf.Table{Size: smallSize, Columns: []pdf.Column{{Title: "基期 ＼ 现状", Weight: 1.4}}}
	for _, class := range m.After[from:to] {
		t.Columns = append(t.Columns, pdf.Column{Title: comparison.Class(class), Weight: 1, Align: pdf.End})
	}
	for i, class := range m.Before {
		cells := []string{comparison.Class(class)}
		for _, x := range m.Cells[i][from:to] {
			switch {
			case x == nil:
				cells = append(cells, dash)
			case x.Restricted != nil:
				cells = append(cells, restrictedMark+ha(x.AreaM2))
			default:
				cells = append(cells, ha(x.AreaM2))
			}
		}
		t.Rows = append(t.Rows, row(cells...))
	}
	c.Table(t)
}

func (c *changePDF) features() {
	c.Paragraph(fmt.Sprintf("保留 %d 个图斑，%d 项变化。", c.Change.Kept, len(c.Change.Features)), pdf.Style{Size: textSize})
	if len(c.Change.Features) == 0 {
		return
	}
	t := pdf.Table{Size: smallSize, Columns: []pdf.Column{{Title: "沿革", Weight: 1.2, Align: pdf.Middle}, {Title: "基期图斑", Weight: 2.2}, {Title: "现状图斑", Weight: 2.2},
		{Title: "基期 公顷", Weight: 1, Align: pdf.End}, {Title: "现状 公顷", Weight: 1, Align: pdf.End}, {Title: "共有 公顷", Weight: 1, Align: pdf.End}, {Title: "变化图斑序号", Weight: 1.1}}}
	for i, f := range c.Change.Features {
		if i == mostListed {
			break
		}
		var numbers []string
		for _, n := range f.Pieces {
			numbers = append(numbers, strconv.Itoa(n))
		}
		t.Rows = append(t.Rows, row(fateWord(f), stateCodes(f.Before), stateCodes(f.After), ha(f.BeforeM2), ha(f.AfterM2), ha(f.CommonM2), strings.Join(numbers, "、")))
	}
	c.Table(t)
	if n := len(c.Change.Features); n > mostListed {
		c.Paragraph(fmt.Sprintf("共 %d 项，此处列出前 %d 项；全部见同一查询编号的表格（XLSX）。", n, mostListed), pdf.Style{Size: smallSize})
	}
}

func (c *changePDF) figure() {
	if c.Picture == nil {
		c.Paragraph("本报告未附图。", pdf.Style{Size: textSize})
		return
	}
	var b bytes.Buffer
	style := figure.Style{Colours: c.Colours, Plane: c.Plane, Schematic: c.Change.Schematic, DPI: figure.Print, Fonts: c.Fonts}
	if err := figure.ChangePNG(&b, c.Picture, geodata.LayerKey(c.Change.Layer), c.Change.Title, style); err != nil {
		c.fail(err)
		return
	}
	c.Image(b.Bytes(), proportion)
	c.Paragraph("图上序号与“调出逐块”“调入与属性变更”两表一致。", pdf.Style{Size: smallSize})
}
