// Package stats says how a township table reads, whatever it is written as: the
// order and names of its lines, the heads of its columns, what its notes say; and
// proves that it adds up as it is printed.
package stats

import (
	"fmt"
	"math/big"
	"strconv"
	"strings"

	"hongxian/geodata"
	"hongxian/internal/openapi"
)

// Line (统计表行) is a row of a table with the name it is printed under.
type Line struct {
	openapi.StatsRow
	Label string // 巫峡镇, 镇小计, 乡镇范围外, 减：重复覆盖, 合计
	Sum   bool   // no township
}

// Lines are all rows in the order they are printed: the townships, the
// subtotals by type, what lies outside, what is taken off, and 合计.
func Lines(s openapi.Stats) []Line {
	var lines []Line
	for _, r := range s.Rows {
		lines = append(lines, Line{StatsRow: r, Label: r.Name})
	}
	for _, r := range s.Subtotals {
		lines = append(lines, Line{r, r.Name + "小计", true})
	}
	outside := "乡镇范围外"
	if s.Zones {
		outside = "分区范围外"
	}
	return append(lines, Line{s.Outside, outside, true}, Line{s.MultiplyCovered, "减：重复覆盖", true}, Line{s.Total, "合计", true})
}

// Title is what a column is headed with.
func Title(c openapi.StatsColumn) string {
	title := c.Title
	switch c.Kind {
	case openapi.StatsColumnKindClass:
		class := c.Class
		if class == "" {
			class = "未分类"
		}
		title += "·" + class
	case openapi.StatsColumnKindClassOverlap:
		title += "·类型重叠（减）"
	}
	if c.Adjusted {
		title += "（平差后）"
	}
	return title
}

// Heading is what a table is called.
func Heading(s openapi.Stats) string {
	if s.Plan {
		return s.County.Name + "规划数据对照表"
	}
	return s.County.Name + "乡镇统计表"
}

// UnitName is the table's unit as it is printed: 公顷.
func UnitName(s openapi.Stats) string { return geodata.Unit(s.Unit).Chinese() }

// Percent prints a share in per cent with two decimals, – where there is none.
func Percent(f *float64) string {
	if f == nil {
		return "–"
	}
	r, ok := new(big.Rat).SetString(Plain(*f))
	if !ok {
		return "–"
	}
	return r.Mul(r, big.NewRat(100, 1)).FloatString(2)
}

// Control prints a row's official area, empty where none was given.
func Control(s openapi.Stats, l Line) string {
	if l.Control == nil {
		return ""
	}
	r, _ := new(big.Rat).SetString(Plain(*l.Control))
	return r.FloatString(s.Decimals)
}

// FigureStatus says whether a published figure and the computed one agree, or an
// area is smaller than its baseline's.
func FigureStatus(f openapi.StatsFigure) string {
	switch {
	case f.Agrees == nil:
		return "未计算"
	case f.Baseline != nil && *f.Agrees:
		return "未减少"
	case f.Baseline != nil:
		return "减少"
	case *f.Agrees:
		return "一致"
	}
	return "不一致"
}

// FigurePublished prints the published figure, or that of the baseline.
func FigurePublished(f openapi.StatsFigure) string {
	if f.Baseline != nil && f.Computed != nil {
		return strconv.FormatFloat(f.Published, 'f', Decimals(*f.Computed), 64)
	}
	if f.Agrees == nil && f.Published == 0 {
		return "–"
	}
	return Plain(f.Published)
}

// FigureSource is where a figure was published, with the place.
func FigureSource(f openapi.StatsFigure) string {
	source := f.Source
	if f.Place != nil {
		source += "，" + *f.Place
	}
	if f.Baseline != nil {
		source += "；“公布”为基准版本 " + *f.Baseline + " 的计算值"
	}
	return source
}

// FigureUnit is a figure's unit as it is printed.
func FigureUnit(unit string) string {
	switch unit {
	case "percent":
		return "%"
	case "count":
		return "个"
	}
	return geodata.Unit(unit).Chinese()
}

// Notes say, in Chinese, what the figures of a table are.
func Notes(s openapi.Stats) []string {
	notes := []string{
		"面积为 2000 国家大地坐标系（CGCS2000）椭球面积：界线在高斯平面内为直线，加密至 70 米以内后按等积投影计算。",
		"各列满足：各乡镇之和 + 乡镇范围外 − 重复覆盖 = 合计。重复覆盖为互相重叠的乡镇多计的面积。图层面积为去重后的并集面积。",
		fmt.Sprintf("数值以 0.0001 平方米为准换算为%s，四舍五入到 %d 位小数，并自上而下平差（合计、类型、单元格），使印出的数相加无误；带 * 的数末位经平差调整。",
			UnitName(s), s.Decimals),
		"图斑数为在该乡镇内面积大于 0.01 平方米的图斑个数；跨乡镇的图斑在各乡镇分别计数，合计和小计中只计一次。",
		"1 公顷 = 10000 平方米，1 亩 = 2000/3 平方米。不同图层可互相重叠，各图层面积不能相加。",
	}
	if s.ByClass {
		notes = append(notes, "各类型之和减去类型重叠等于图层；图层各单元格为其类型各单元格之和。")
	}
	if s.Adjusted {
		notes = append(notes, "平差后的列为各乡镇数值乘以控制面积与计算面积之比；未给控制面积的乡镇和乡镇范围外不变。")
	}
	if len(s.Figures) > 0 {
		notes = append(notes, "对照只说明库中数据与公布数据是否一致；面积是否减少、由何批准，以面积变化核查为准。")
	}
	if len(s.Computed) > 0 {
		notes = append(notes, "未预先准备、本次计算的版本："+strings.Join(s.Computed, "、")+"。")
	}
	return append(notes, s.Findings...)
}

// Plain is the shortest decimal of a number, never an exponent.
func Plain(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }

// Decimals is how many digits stand behind the point.
func Decimals(text string) int {
	_, fraction, _ := strings.Cut(text, ".")
	return len(fraction)
}
