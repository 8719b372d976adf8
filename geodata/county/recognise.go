package county

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"hongxian/geodata"
)

// Match (图层识别) is a layer that a delivered table may be, and why.
type Match struct {
	Layer    Layer
	Score    int // 100 and more: by the table's name; below: by its fields alone
	Evidence []Evidence
}

// Evidence (依据) is one reason, in Chinese and English.
type Evidence struct{ ZH, EN string }

// FieldMatch (字段识别) is the column that a meaning is read from.
type FieldMatch struct {
	Column     string // empty: none was recognised
	Evidence   Evidence
	IsCommon   bool     // recognised only by a common name: wants confirmation
	Candidates []string // every column that could be it, best first
}

// commonFields are names that any table may use, whatever its layer.
var commonFields = Fields{
	Code:  []string{"代码", "编码", "编号", "标识码", "BSM"},
	Name:  []string{"名称", "单位名称", "MC"},
	Class: []string{"类型", "类别", "分类", "LX"},
}

// RecogniseLayer says which layers a table may be, the likeliest first: by its name,
// with something before or after it or not, by the layer's title, and by its fields.
// Upper and lower case are not told apart.
func (p *Profile) RecogniseLayer(table string, columns []string) []Match {
	var found []Match
	for _, l := range p.Layers {
		m := Match{Layer: l}
		m.byTable(table)
		m.byFields(columns)
		if len(m.Evidence) > 0 {
			found = append(found, m)
		}
	}
	slices.SortStableFunc(found, func(a, b Match) int { return cmp.Compare(b.Score, a.Score) })
	return found
}

func (m *Match) byTable(table string) {
	upper := strings.ToUpper(table)
	for _, name := range slices.Concat(m.Layer.Tables, []string{m.Layer.TitleZH, string(m.Layer.Key)}) {
		switch known := strings.ToUpper(name); {
		case known == upper:
			m.add(300, fmt.Sprintf("表名“%s”即 %s", table, name), fmt.Sprintf("the table's name %s is %s", table, name))
			return
		case len(known) > 3 && strings.Contains(upper, known):
			m.add(100+len(known), fmt.Sprintf("表名“%s”含 %s", table, name), fmt.Sprintf("the table's name %s holds %s", table, name))
			return
		}
	}
}

// byFields counts the layer's own fields among the columns; those that every layer
// has tell nothing.
func (m *Match) byFields(columns []string) {
	var own []string
	f := m.Layer.Fields
	for _, name := range slices.Concat(f.Code, f.Name, f.Class) {
		if !plainField(name) && column(columns, name) != "" && !slices.Contains(own, name) {
			own = append(own, name)
		}
	}
	for _, a := range m.Layer.Areas {
		if column(columns, a.Field) != "" {
			own = append(own, a.Field)
		}
	}
	if len(own) > 0 {
		m.add(10*len(own), "字段 "+strings.Join(own, "、"), "fields "+strings.Join(own, ", "))
	}
}

func (m *Match) add(score int, zh, en string) {
	m.Score += score
	m.Evidence = append(m.Evidence, Evidence{zh, en})
}

// plainField says whether a name is one that every layer has.
func plainField(name string) bool {
	return slices.Contains([]string{"code", "name", "class", "BSM", "MC", "LXDM"}, name)
}

// column is the column of a name, upper and lower case aside; empty: none.
func column(columns []string, name string) string {
	if slices.Contains(columns, name) {
		return name
	}
	for _, c := range columns {
		if strings.EqualFold(c, name) {
			return c
		}
	}
	return ""
}

// RecogniseFields says which columns carry code, name and class of the layer.
func (l Layer) RecogniseFields(columns []string) (code, name, class FieldMatch) {
	return recogniseField(columns, l.Fields.Code, commonFields.Code), recogniseField(columns, l.Fields.Name, commonFields.Name),
		recogniseField(columns, l.Fields.Class, commonFields.Class)
}

func recogniseField(columns, official, common []string) (m FieldMatch) {
	for i, name := range slices.Concat(official, common) {
		c := column(columns, name)
		if c == "" || slices.Contains(m.Candidates, c) {
			continue
		}
		m.Candidates = append(m.Candidates, c)
		if m.Column != "" {
			continue
		}
		m.Column, m.IsCommon = c, i >= len(official)
		m.Evidence = Evidence{fmt.Sprintf("字段名 %s 见于本县配置", name), fmt.Sprintf("%s is a field of the county's profile", name)}
		if m.IsCommon {
			m.Evidence = Evidence{fmt.Sprintf("常用字段名 %s，请确认", name), fmt.Sprintf("%s is a common name; confirm it", name)}
		}
	}
	return m
}

// RecogniseArea is the column that states an area, and its unit; empty: none.
func (l Layer) RecogniseArea(columns []string) (name string, unit geodata.Unit) {
	for _, a := range l.Areas {
		if c := column(columns, a.Field); c != "" {
			return c, a.Unit
		}
	}
	return "", ""
}
