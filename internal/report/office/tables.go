package office

import (
	"fmt"
	"strings"

	"hongxian/internal/openapi"
)

// summary is a line for every layer (总表).
func (p Paper) summary() table {
	t := table{columns: []column{{"图层", words, 30}, {"结果", words, 15}, {"重叠面积（平方米）", squareMetres, 25}, {"公顷", hectares, 18},
		{"亩", mu, 18}, {"占地块（%）", percents, 18}, {"说明", words, 32}}}
	for _, l := range p.Check.Layers {
		cells := []cell{word(l.Title), word(statuses[l.Status])}
		if l.Status != openapi.CheckStatusConcerned {
			cells = append(cells, none, none, none, none)
		} else {
			cells = append(append(cells, areas(l.OverlapM2)...), percent(l.ShareOfSite))
		}
		t.add(append(cells, word(remark(l)))...)
	}
	t.notes = []string{"“未核查”不等于“不涉及”。各图层可互相重叠，面积不相加，故本表无合计。"}
	return t
}

func remark(l openapi.CheckLayer) string {
	switch {
	case l.Status == openapi.CheckStatusNotChecked && l.Reason != nil:
		return *l.Reason
	case l.Status == openapi.CheckStatusNotConcerned && l.DistanceM != nil:
		return "最近距离 " + tenths(*l.DistanceM) + " 米"
	case l.Status == openapi.CheckStatusConcerned && l.SliverOnly:
		return "重叠部分全部为细碎图斑"
	case l.SliverM2 > 0:
		return "其中细碎图斑 " + area(squareMetres, l.SliverM2).text + " 平方米"
	}
	return ""
}

func concerned(c openapi.Check) []openapi.CheckLayer {
	var out []openapi.CheckLayer
	for _, l := range c.Layers {
		if l.Status == openapi.CheckStatusConcerned {
			out = append(out, l)
		}
	}
	return out
}

// featureColumns are the columns of featureTable.
var featureColumns = []column{{"图斑编号", words, 22}, {"名称", words, 24}, {"类别", words, 19}, {"重叠面积（平方米）", squareMetres, 24},
	{"公顷", hectares, 17}, {"亩", mu, 16}, {"占地块（%）", percents, 17}, {"占图斑（%）", percents, 17}}

// featureTable is each feature of a layer that the site touches (分图层明细), and
// their sum. Features may overlap each other; then their sum is more than the
// layer's area, which a last line gives.
func featureTable(l openapi.CheckLayer) (table, error) {
	t := table{columns: featureColumns}
	parts, plain := make([]float64, len(l.Features)), 0.0
	for i, f := range l.Features {
		parts[i] = f.OverlapM2
		plain += f.OverlapM2
	}
	total := l.OverlapM2
	disjoint := closes(plain, total, len(parts))
	if !disjoint {
		total = plain
	}
	columns, err := balanced(total, parts)
	if err != nil {
		return t, fmt.Errorf("features of %s: %w", l.Layer, err)
	}
	for i, f := range l.Features {
		t.add(word(f.Code), word(f.Name), word(f.Class), columns[0][i], columns[1][i], columns[2][i], percent(f.ShareOfSite), percent(f.ShareOfFeature))
	}
	sums := row{total: true, cells: append([]cell{word("合计"), {}, {}}, areas(total)...), skip: map[int]bool{6: true, 7: true}}
	if disjoint {
		sums.cells = append(sums.cells, percent(l.ShareOfSite), cell{})
	}
	t.rows = append(t.rows, sums)
	if !disjoint {
		skip := map[int]bool{3: true, 4: true, 5: true, 6: true}
		t.rows = append(t.rows, row{total: true, skip: skip,
			cells: append(append([]cell{word("图层重叠面积（去重）"), {}, {}}, areas(l.OverlapM2)...), percent(l.ShareOfSite))})
		t.notes = append(t.notes, "该图层图斑互相重叠，各图斑之和大于图层重叠面积；以去重后的图层重叠面积为准。")
	}
	return t, nil
}

// balanced prints parts in the three units, each adding up to its total.
func balanced(total float64, parts []float64) ([3][]cell, error) {
	var out [3][]cell
	for i, k := range []kind{squareMetres, hectares, mu} {
		cells, err := balance(k, total, parts)
		if err != nil {
			return out, err
		}
		out[i] = cells
	}
	return out, nil
}

// crossingTable is where a corridor's axis runs through features (穿越).
func (p Paper) crossingTable() table {
	t := table{columns: []column{{"图层", words, 22}, {"图斑", words, 24}, {"长度（米）", metres, 18},
		{"进入点经度", degrees, 23}, {"进入点纬度", degrees, 23}, {"离开点经度", degrees, 23}, {"离开点纬度", degrees, 23}}}
	for _, l := range concerned(p.Check) {
		for _, f := range l.Features {
			if f.Crossings == nil {
				continue
			}
			for _, x := range *f.Crossings {
				t.add(word(l.Title), word(strings.TrimSpace(f.Name+" "+f.Code)), metre(x.LengthM),
					degree(x.Entry[0]), degree(x.Entry[1]), degree(x.Exit[0]), degree(x.Exit[1]))
			}
		}
	}
	t.notes = []string{"长度为高斯平面长度；经纬度为 2000 国家大地坐标系（EPSG:4490），单位度，顺中线方向。"}
	return t
}

// combinationTable is what several layers cover at once (叠加组合).
func (p Paper) combinationTable() table {
	t := table{columns: []column{{"组合", words, 50}, {"图层", words, 46}, {"面积（平方米）", squareMetres, 24}, {"公顷", hectares, 18}, {"亩", mu, 18}}}
	for _, c := range *p.Check.Combinations {
		var titles []string
		for _, key := range c.All {
			layer, class, has := strings.Cut(key, ":")
			name := p.layerTitle(layer)
			if has {
				name += "（" + class + "）"
			}
			titles = append(titles, name)
		}
		t.add(append([]cell{word(c.Title), word(strings.Join(titles, " ∩ "))}, areas(c.AreaM2)...)...)
	}
	return t
}

// sliverTable is where there are slivers (细碎图斑).
func (p Paper) sliverTable() table {
	t := table{columns: []column{{"图层", words, 34}, {"图斑", words, 50}, {"重叠面积（平方米）", squareMetres, 36}, {"其中细碎图斑（平方米）", squareMetres, 36}}}
	for _, l := range concerned(p.Check) {
		for _, f := range l.Features {
			if f.SliverM2 > 0 {
				t.add(word(l.Title), word(strings.TrimSpace(f.Name+" "+f.Code)), area(squareMetres, f.OverlapM2), area(squareMetres, f.SliverM2))
			}
		}
	}
	return t
}
