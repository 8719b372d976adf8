// Package access lays out access lists (准入清单) the way environmental reports
// print them, for every paper alike: unit by unit a table of 管控要求层级, 管控类别,
// 管控要求, and two columns for the expert.
package access

import (
	"strings"

	"hongxian/geodata"
	"hongxian/internal/openapi"
)

// Titles are the columns of a unit's table. The last two are the expert's.
var Titles = []string{"管控要求层级", "管控类别", "管控要求", "项目相关情况", "符合性结论"}

// Conclusion is the label of a table's last row, what the person answered of the
// list as a whole. It is never put beside a single requirement.
const Conclusion = "本单元符合性结论（由人工判断）"

// Row is a line of a unit's table.
type Row struct{ Level, Group, Text string }

// Rows is what the access list asks of a rule's unit; nothing where it prints no
// list. A level of which nothing is entered takes one line.
func Rows(r openapi.CheckRule) []Row {
	var out []Row
	for level := range levels(r.Requirements) {
		if !anyEntered(level) {
			groups := make([]string, len(level))
			for i, q := range level {
				groups[i] = q.Group
			}
			out = append(out, Row{level[0].Level, strings.Join(groups, "、"), level[0].Text})
			continue
		}
		for _, q := range level {
			out = append(out, Row{q.Level, q.Group, wording(q)})
		}
	}
	return out
}

// levels cuts requirements into those of one level after another.
func levels(requirements *[]openapi.CheckRequirement) func(yield func([]openapi.CheckRequirement) bool) {
	return func(yield func([]openapi.CheckRequirement) bool) {
		if requirements == nil {
			return
		}
		all, from := *requirements, 0
		for i := range all {
			if i+1 == len(all) || all[i+1].Level != all[i].Level {
				if !yield(all[from : i+1]) {
					return
				}
				from = i + 1
			}
		}
	}
}

func anyEntered(requirements []openapi.CheckRequirement) bool {
	for _, q := range requirements {
		if q.Entered {
			return true
		}
	}
	return false
}

// wording is a requirement with what it rests on, marked where nobody read it at
// its source.
func wording(q openapi.CheckRequirement) string {
	text := q.Text
	if q.Entered && !q.Verified {
		text += "【待核】"
	}
	if q.Basis != nil {
		text += "（依据：" + *q.Basis + "）"
	}
	return text
}

// Answer is the label of what the person decided on the list; empty while open.
func Answer(r openapi.CheckRule) string {
	if r.Question == nil || r.Question.Answer == nil {
		return ""
	}
	for _, o := range r.Question.Options {
		if o.Value == *r.Question.Answer {
			return o.Label
		}
	}
	return *r.Question.Answer
}

// Unit is the feature that a rule's list is of: code, name, class and figures. Only
// the code is known where the layer has no such feature, or several.
func Unit(c openapi.Check, r openapi.CheckRule) (unit openapi.CheckFeature, alone bool) {
	if r.Unit == nil {
		return unit, false
	}
	n := 0
	for _, l := range c.Layers {
		for _, f := range l.Features {
			if l.Layer == r.Layer && f.Code == *r.Unit {
				unit = f
				n++
			}
		}
	}
	if n != 1 {
		return openapi.CheckFeature{Code: *r.Unit}, false
	}
	return unit, true
}

// Title heads a unit's table: which unit, its class, the area the site takes of it
// and its share of the site, which percent prints.
func Title(c openapi.Check, r openapi.CheckRule, percent func(share float64) string) string {
	u, alone := Unit(c, r)
	title := strings.TrimSpace("准入清单：" + u.Code + " " + u.Name)
	if u.Class != "" {
		title += "（" + u.Class + "）"
	}
	if alone {
		title += "，涉及" + geodata.Area(u.OverlapM2).In(geodata.Hectare, 4) + "公顷，占地块" + percent(u.ShareOfSite) + "%"
	}
	return title
}
