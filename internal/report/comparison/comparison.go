// Package comparison says how a comparison of versions reads, whatever it is written
// as: the words for what happened to features and ground, the lines of its township
// table, and the matrix of its classes.
package comparison

import (
	"fmt"
	"strings"

	"hongxian/internal/openapi"
)

// fates are the words for what became of features.
var fates = map[openapi.ChangeFate]string{
	openapi.ChangeFateKept: "保留", openapi.ChangeFateReshaped: "变形", openapi.ChangeFateSplit: "拆分", openapi.ChangeFateMerged: "合并",
	openapi.ChangeFateGained: "新增", openapi.ChangeFateLost: "消失", openapi.ChangeFateReclassified: "变类", openapi.ChangeFateRenumbered: "变号"}

// Fate (沿革) is the word for what became of a feature.
func Fate(f openapi.ChangeFate) string { return fates[f] }

// Also says what else became of a feature, beside its fate.
func Also(f openapi.ChangeFeature) []string {
	var also []string
	if f.Renumbered && f.Fate != openapi.ChangeFateRenumbered {
		also = append(also, "变号")
	}
	if f.Reclassified && f.Fate != openapi.ChangeFateReclassified {
		also = append(also, "变类")
	}
	if f.CodeReused {
		also = append(also, "编码另用")
	}
	return also
}

// kinds are the words for kinds of changed ground, by WHLX.
var kinds = map[openapi.ChangePieceKind]string{1: "调入", 2: "属性变更", 3: "调出"}

// Kind (维护类型) is the word for a kind of changed ground.
func Kind(k openapi.ChangePieceKind) string { return kinds[k] }

// NoApproval is what a piece without approvals is given.
const NoApproval = "无批准文件"

// Approvals are the numbers of a piece's approvals, NoApproval without any.
func Approvals(p openapi.ChangePiece) string {
	var numbers []string
	for _, a := range p.Approvals {
		numbers = append(numbers, a.Number)
	}
	if len(numbers) == 0 {
		return NoApproval
	}
	return strings.Join(numbers, "、")
}

// Towns are the names of the townships that a piece lies in, the largest part first.
func Towns(p openapi.ChangePiece) string {
	var names []string
	for _, t := range p.Townships {
		if t.Code == "" {
			t.Name = Outside
		}
		names = append(names, t.Name)
	}
	return strings.Join(names, "、")
}

// Verdict (判定) is a row's verdict: what happened to the area there. decrease is the
// net loss, m², from which it counts as one.
func Verdict(f openapi.ChangeFigures, decrease float64) string {
	switch {
	case f.NetM2 < -decrease:
		return "减少"
	case f.LostM2 > 0:
		return "有调出"
	}
	return "不减少"
}

// What stands below the townships.
const (
	Outside  = "乡镇以外"
	Multiply = "乡镇重复覆盖（扣减）"
)

// Line (行) is a line of the township table.
type Line struct {
	Code, Name string
	Verdict    string // empty where there is none
	Figures    openapi.ChangeFigures
}

// Lines are the townships, what lies outside them, and what they cover more than
// once, with its sign turned: they add up to the Whole.
func Lines(c openapi.Change) []Line {
	var lines []Line
	for _, t := range c.Townships {
		f := openapi.ChangeFigures{BeforeM2: t.BeforeM2, AfterM2: t.AfterM2, GainedM2: t.GainedM2, LostM2: t.LostM2, NetM2: t.NetM2, Rate: t.Rate, Noise: t.Noise}
		lines = append(lines, Line{t.Code, t.Name, Verdict(f, c.Tolerance.DecreaseM2), f})
	}
	m := c.MultiplyCovered
	off := openapi.ChangeFigures{BeforeM2: -m.BeforeM2, AfterM2: -m.AfterM2, GainedM2: -m.GainedM2, LostM2: -m.LostM2, NetM2: -m.NetM2, Rate: m.Rate,
		Noise: openapi.ChangeNoise{GainedM2: -m.Noise.GainedM2, LostM2: -m.Noise.LostM2}}
	return append(lines, Line{Name: Outside, Figures: c.Outside}, Line{Name: Multiply, Figures: off})
}

// Whole is the sum of the Lines.
func Whole(c openapi.Change) Line {
	f := openapi.ChangeFigures{BeforeM2: c.BeforeM2, AfterM2: c.AfterM2, GainedM2: c.GainedM2, LostM2: c.LostM2, NetM2: c.NetM2, Rate: c.Rate, Noise: c.Noise}
	return Line{Name: "合计", Verdict: Verdict(f, c.Tolerance.DecreaseM2), Figures: f}
}

// Matrix (类别转移矩阵) is the ground that both versions have, by its class before, a
// line each, and after, a column each.
type Matrix struct {
	Before, After []string
	Cells         [][]*openapi.ChangeTransition // nil: no such ground
}

// Classes is the matrix of a comparison; classes come in the order of its transitions,
// those that both versions have first and in the same order, so that what stayed
// stands on the diagonal.
func Classes(c openapi.Change) Matrix {
	var m Matrix
	before, after := map[string]int{}, map[string]int{}
	for _, t := range c.Transitions {
		before[t.From], after[t.To] = 0, 0
	}
	m.Before, m.After = inOrder(c, before, after), inOrder(c, after, before)
	number(before, m.Before)
	number(after, m.After)
	m.Cells = make([][]*openapi.ChangeTransition, len(m.Before))
	for i := range m.Cells {
		m.Cells[i] = make([]*openapi.ChangeTransition, len(m.After))
	}
	for i, t := range c.Transitions {
		m.Cells[before[t.From]][after[t.To]] = &c.Transitions[i]
	}
	return m
}

// inOrder lists the classes of one side, first those that the other has as well.
func inOrder(c openapi.Change, of, other map[string]int) []string {
	var both, alone []string
	seen := map[string]bool{}
	for _, t := range c.Transitions {
		for _, class := range []string{t.From, t.To} {
			if _, wanted := of[class]; !wanted || seen[class] {
				continue
			}
			seen[class] = true
			if _, shared := other[class]; shared {
				both = append(both, class)
			} else {
				alone = append(alone, class)
			}
		}
	}
	return append(both, alone...)
}

func number(places map[string]int, classes []string) {
	for i, class := range classes {
		places[class] = i
	}
}

// Class is a class as it is printed.
func Class(class string) string {
	if class == "" {
		return "（无类别）"
	}
	return class
}

// Restricted (受限转移) says which changes of class the plan restricts, each with its
// area as it is printed and the document it rests on.
func Restricted(c openapi.Change, area func(m2 float64) string) []string {
	var lines []string
	for _, t := range c.Transitions {
		if t.Restricted != nil {
			lines = append(lines, fmt.Sprintf("受限转移：%s → %s，%s 公顷，%s。依据：%s",
				Class(t.From), Class(t.To), area(t.AreaM2), t.Restricted.Title, t.Restricted.Source))
		}
	}
	return lines
}
