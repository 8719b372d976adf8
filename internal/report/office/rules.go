package office

import (
	"strings"

	"hongxian/internal/openapi"
	"hongxian/internal/report/access"
)

// ruleTable is what follows and from what (规则).
func (p Paper) ruleTable() table {
	t := table{columns: []column{{"图层", words, 24}, {"结论", words, 18}, {"依据", words, 38}, {"内容", words, 76}}}
	for _, r := range p.Check.Verdict.Rules {
		layer := "地块整体"
		if r.Layer != "" {
			layer = p.layerTitle(r.Layer)
		}
		t.add(word(layer), word(outcomes[r.Outcome]), word(r.Basis+unverified(r.Verified)), word(r.Text))
	}
	return t
}

// unitList is what the access list asks of a unit (准入清单), and of which unit.
type unitList struct {
	title string
	unit  openapi.CheckFeature
	table table
}

// unitLists are the access lists of the units the site touches, in the order of
// the rules. The last row of each is what the person decided on the whole list.
func (p Paper) unitLists() []unitList {
	var out []unitList
	for _, r := range p.Check.Verdict.Rules {
		rows := access.Rows(r)
		if len(rows) == 0 {
			continue
		}
		l := unitList{title: access.Title(p.Check, r, func(share float64) string { return percent(share).text })}
		l.unit, _ = access.Unit(p.Check, r)
		for i, width := range []float64{26, 27, 57, 24, 22} {
			l.table.columns = append(l.table.columns, column{access.Titles[i], words, width})
		}
		for _, q := range rows {
			l.table.add(word(q.Level), word(q.Group), word(q.Text), word(""), word(""))
		}
		l.table.rows = append(l.table.rows, row{total: true, cells: []cell{word(""), word(""), word(access.Conclusion), word(""), word(access.Answer(r))}})
		out = append(out, l)
	}
	return out
}

// unverified marks a text that was not read at its source.
func unverified(verified bool) string {
	if verified {
		return ""
	}
	return "【待核】"
}

// questions are what a person must decide (待定事项), each once: several rules may
// ask the same.
func (p Paper) questions() []openapi.CheckQuestion {
	var out []openapi.CheckQuestion
	asked := map[string]bool{}
	for _, r := range p.Check.Verdict.Rules {
		if q := r.Question; q != nil && !asked[q.Key] {
			asked[q.Key] = true
			out = append(out, *q)
		}
	}
	return out
}

// option is an option with its box: ☑ when it was chosen, ☐ otherwise.
func option(q openapi.CheckQuestion, o openapi.CheckOption) string {
	box := "☐"
	if q.Answer != nil && *q.Answer == o.Value {
		box = "☑"
	}
	return box + " " + o.Label + unverified(o.Verified)
}

// state says whether a question was answered. An answer that is none of the
// options is printed as it was given.
func state(q openapi.CheckQuestion) string {
	if q.Answer == nil {
		return "待定：由经办人选定"
	}
	for _, o := range q.Options {
		if o.Value == *q.Answer {
			return "已选定：" + o.Label
		}
	}
	return "已填写：" + *q.Answer
}

// openQuestions names the questions nobody has answered.
func (p Paper) openQuestions() string {
	var open []string
	for _, q := range p.questions() {
		if q.Answer == nil {
			open = append(open, q.Ask)
		}
	}
	return strings.Join(open, "；")
}
