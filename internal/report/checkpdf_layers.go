package report

import (
	"fmt"
	"math"
	"math/big"
	"strconv"
	"strings"

	"hongxian/geodata"
	"hongxian/internal/openapi"
	"hongxian/internal/report/pdf"
)

var statusWords = map[openapi.CheckStatus]string{
	openapi.CheckStatusConcerned: "涉及", openapi.CheckStatusNotConcerned: "不涉及", openapi.CheckStatusNotChecked: "未核查"}

// summary has a line for each layer checked.
func (c *checkPDF) summary() {
	t := pdf.Table{Size: tableSize, Columns: append([]pdf.Column{{Title: "图层", Weight: 1.7}, {Title: "核查结果", Weight: 0.9, Align: pdf.Middle}},
		append(areaColumns(), pdf.Column{Title: "占地块 %", Weight: 1, Align: pdf.End}, pdf.Column{Title: "说明", Weight: 2})...)}
	for _, l := range c.Check.Layers {
		cells := []string{l.Title, statusWords[l.Status]}
		if l.Status == openapi.CheckStatusConcerned {
			cells = append(append(cells, units(l.OverlapM2)...), percent(l.ShareOfSite))
		} else {
			cells = append(cells, dash, dash, dash, dash)
		}
		t.Rows = append(t.Rows, row(append(cells, remark(l))...))
	}
	c.Table(t)
	c.parcels()
}

// parcels lists the parcels of which the check is the whole. They may overlap, so
// there is no sum: the whole's area is in the basics.
func (c *checkPDF) parcels() {
	if len(c.Parcels) == 0 {
		return
	}
	c.Subheading(fmt.Sprintf("各地块（共 %d 个，各有单独的核查结果）", len(c.Parcels)))
	t := pdf.Table{Size: smallSize, Columns: append(append([]pdf.Column{{Title: "序号", Weight: 0.5, Align: pdf.Middle}, {Title: "地块", Weight: 1.7}}, areaColumns()...),
		pdf.Column{Title: "结论", Weight: 1, Align: pdf.Middle}, pdf.Column{Title: "涉及图层", Weight: 2}, pdf.Column{Title: "查询编号", Weight: 2})}
	for i, p := range c.Parcels {
		var concerned []string
		for _, l := range p.Layers {
			if l.Status == openapi.CheckStatusConcerned {
				concerned = append(concerned, l.Title)
			}
		}
		cells := append([]string{strconv.Itoa(i + 1), p.Site.Name}, units(p.Site.AreaM2)...)
		t.Rows = append(t.Rows, row(append(cells, outcomeWord(p.Verdict.Outcome), strings.Join(concerned, "、"), Code(p.Id))...))
	}
	c.Table(t)
}

// remark is what a line of the summary needs to be read rightly.
func remark(l openapi.CheckLayer) string {
	switch {
	case l.Status == openapi.CheckStatusNotChecked:
		return text(l.Reason)
	case l.Status == openapi.CheckStatusNotConcerned && l.DistanceM != nil:
		return "距最近图斑 " + number(l.DistanceM, 1) + " 米"
	case l.Status == openapi.CheckStatusConcerned && l.SliverOnly:
		return "仅为细碎图斑"
	case l.Status == openapi.CheckStatusConcerned:
		return fmt.Sprintf("%d 个图斑", len(l.Features))
	}
	return ""
}

// layers give the features of each concerned layer.
func (c *checkPDF) layers() {
	n := 0
	for _, l := range c.Check.Layers {
		if l.Status == openapi.CheckStatusConcerned {
			n++
			c.Subheading(fmt.Sprintf("（%s）%s　%s", chineseNumber(n), l.Title, text(l.Ref)))
			c.features(l)
			c.crossings(l)
		}
	}
	if n == 0 {
		c.Paragraph("没有涉及的图层。", pdf.Style{Size: textSize})
	}
}

// features is the table of a layer's features. Where features overlap each other
// their sum is more than the layer's area, and both are given.
func (c *checkPDF) features(l openapi.CheckLayer) {
	columns := append([]pdf.Column{{Title: "编码", Weight: 1.6}, {Title: "名称", Weight: 1.7}, {Title: "类型", Weight: 1.5}}, areaColumns()...)
	t := pdf.Table{Size: smallSize, Columns: append(columns, pdf.Column{Title: "占地块 %", Weight: 1, Align: pdf.End},
		pdf.Column{Title: "占图斑 %", Weight: 1, Align: pdf.End}, pdf.Column{Title: "其中细碎 平方米", Weight: 1, Align: pdf.End})}
	parts := make([]float64, len(l.Features))
	var sum float64
	for i, f := range l.Features {
		parts[i] = f.OverlapM2
		sum += f.OverlapM2
	}
	total, label := l.OverlapM2, "合计（图层重叠面积）"
	if !closes(sum, total, len(parts)) {
		total, label = sum, "图斑面积之和"
	}
	cells, err := balanced(total, parts)
	if err != nil {
		c.fail(fmt.Errorf("features of %s: %w", l.Layer, err))
		return
	}
	var shares, slivers []string
	for i, f := range l.Features {
		shares, slivers = append(shares, percent(f.ShareOfSite)), append(slivers, area(f.SliverM2).In(geodata.SquareMetre, 2))
		figures := append(cells[i], shares[i], percent(f.ShareOfFeature), slivers[i])
		t.Rows = append(t.Rows, row(append([]string{f.Code, f.Name, f.Class}, figures...)...))
	}
	share, sliver := percent(l.ShareOfSite), area(l.SliverM2).In(geodata.SquareMetre, 2)
	if total != l.OverlapM2 {
		t.Rows = append(t.Rows, sumRow(label, 3, append(units(total), dash, dash, dash)...))
		label = "图层重叠面积（并集，不重复计算）"
	} else {
		share, sliver = sumOf(shares, share), sumOf(slivers, sliver)
	}
	t.Rows = append(t.Rows, sumRow(label, 3, append(units(l.OverlapM2), share, dash, sliver)...))
	c.Table(t)
}

// sumOf is the total where the printed cells add up to it. Shares are rounded one
// by one, and a sliver of a feature need not be one of the layer: a sum that a
// reader could not repeat is not printed (the summary has the layer's figures).
func sumOf(cells []string, total string) string {
	sum := new(big.Rat)
	for _, c := range cells {
		if v, ok := new(big.Rat).SetString(c); ok {
			sum.Add(sum, v)
		}
	}
	if v, ok := new(big.Rat).SetString(total); !ok || v.Cmp(sum) != 0 {
		return dash
	}
	return total
}

// crossings is the table of where a corridor's axis runs through features.
func (c *checkPDF) crossings(l openapi.CheckLayer) {
	t := pdf.Table{Size: smallSize, Columns: []pdf.Column{{Title: "穿越/跨越的图斑", Weight: 2}, {Title: "序号", Weight: 0.5, Align: pdf.Middle},
		{Title: "长度 米", Weight: 1, Align: pdf.End}, {Title: "进入点（经度，纬度）", Weight: 2, Align: pdf.Middle}, {Title: "离开点（经度，纬度）", Weight: 2, Align: pdf.Middle}}}
	for _, f := range l.Features {
		if f.Crossings == nil {
			continue
		}
		for i, x := range *f.Crossings {
			t.Rows = append(t.Rows, row(f.Name+" "+f.Code, strconv.Itoa(i+1), number(&x.LengthM, 3), position(x.Entry), position(x.Exit)))
		}
	}
	if len(t.Rows) > 0 {
		c.Table(t)
		c.Paragraph("长度为线路中心线在高斯-克吕格平面内的长度；经纬度为 CGCS2000（EPSG:4490），单位度。", pdf.Style{Size: smallSize})
	}
}

// combinations are what several layers cover at once.
func (c *checkPDF) combinations() {
	switch cs := c.Check.Combinations; {
	case cs == nil:
		c.Paragraph("本次核查未计算组合。", pdf.Style{Size: textSize})
	case len(*cs) == 0:
		c.Paragraph("没有同时位于多个核查图层内的部分。", pdf.Style{Size: textSize})
	default:
		t := pdf.Table{Size: tableSize, Columns: append([]pdf.Column{{Title: "同时位于", Weight: 4}}, areaColumns()...)}
		for _, x := range *cs {
			t.Rows = append(t.Rows, row(append([]string{x.Title}, units(x.AreaM2)...)...))
		}
		c.Table(t)
	}
}

// slivers say what was counted as one, and how much of each layer is.
func (c *checkPDF) slivers() {
	c.Paragraph(fmt.Sprintf("细碎图斑指面积小于 %s 平方米，或平均宽度（2×面积÷周长）小于 %s 米的连通重叠部分。细碎图斑计入重叠面积，不予剔除；仅由细碎图斑构成的“涉及”在总表中注明。",
		strconv.FormatFloat(c.Check.Tolerance.AreaM2, 'f', -1, 64), strconv.FormatFloat(c.Check.Tolerance.WidthM, 'f', -1, 64)), pdf.Style{Size: textSize})
	t := pdf.Table{Size: tableSize, Columns: []pdf.Column{{Title: "图层", Weight: 2}, {Title: "重叠面积 平方米", Weight: 1, Align: pdf.End},
		{Title: "其中细碎图斑 平方米", Weight: 1, Align: pdf.End}, {Title: "说明", Weight: 1, Align: pdf.Middle}}}
	for _, l := range c.Check.Layers {
		if l.Status == openapi.CheckStatusConcerned {
			note := ""
			if l.SliverOnly {
				note = "仅为细碎图斑"
			}
			t.Rows = append(t.Rows, row(l.Title, area(l.OverlapM2).In(geodata.SquareMetre, 2), area(l.SliverM2).In(geodata.SquareMetre, 2), note))
		}
	}
	if len(t.Rows) > 0 {
		c.Table(t)
	}
}

// dash stands where a table has no figure.
const dash = "—"

func areaColumns() []pdf.Column {
	return []pdf.Column{{Title: "面积 平方米", Weight: 1.35, Align: pdf.End}, {Title: "公顷", Weight: 1.1, Align: pdf.End}, {Title: "亩", Weight: 1.1, Align: pdf.End}}
}

// printed are the units of tables, as units prints them.
var printed = []struct {
	unit     geodata.Unit
	decimals int
}{{geodata.SquareMetre, 2}, {geodata.Hectare, 4}, {geodata.Mu, 2}}

// balanced prints parts in the three units so that each column adds up to the
// total's figure; a moved last digit is marked with *.
func balanced(total float64, parts []float64) ([][]string, error) {
	areas, out := make([]geodata.Area, len(parts)), make([][]string, len(parts))
	for i, p := range parts {
		areas[i] = area(p)
	}
	for _, p := range printed {
		cells, err := geodata.Balance(area(total), areas, p.unit, p.decimals)
		if err != nil {
			return nil, err
		}
		for i, cell := range cells {
			out[i] = append(out[i], marked(cell))
		}
	}
	return out, nil
}

func marked(c geodata.Cell) string {
	if c.Balanced {
		return c.Text + "*"
	}
	return c.Text
}

// closes says whether n parts, each rounded to 0.0001 m², make up a total.
func closes(sum, total float64, n int) bool { return math.Abs(sum-total) <= 0.0001*float64(n+1) }
