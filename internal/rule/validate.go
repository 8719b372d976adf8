package rule

import (
	"slices"
	"strings"
	"unicode/utf8"

	"hongxian/geodata"
)

// validate checks what the decoder cannot.
func (w *writtenRule) validate() error {
	_, known := severity[w.Outcome]
	switch {
	case !idPattern.MatchString(w.ID):
		return invalid("代号 id 应为小写字母、数字和连字符", "the id must be lower-case letters, digits and hyphens", nil)
	case w.When == "" && w.Each == "":
		return invalid("缺少 when 或 each", "when or each is missing", nil)
	case w.By != "" && (w.Each == "" || w.By != "name" && w.By != "code"):
		return invalid("by 只能与 each 一起用，取 name 或 code", "by goes with each, and is name or code", nil)
	case w.List != "" && w.By != "code":
		return invalid("准入清单 list 只能与 by: code 一起用", "list goes with by: code", nil)
	case w.Each != "" && w.Layer == "":
		return invalid("有 each 的规则应写明图层 layer", "a rule with each must name its layer", nil)
	case w.Outcome != "" && !known:
		return invalid("结论 outcome 应为 clear、conditional、review 或 prohibited", "the outcome must be clear, conditional, review or prohibited", nil)
	case w.Outcome != "" && w.OutcomeExpr != "":
		return invalid("outcome 与 outcome_expr 只能有一个", "there can be outcome or outcome_expr, not both", nil)
	case !w.fixed() && w.Question == nil:
		return invalid("缺少结论 outcome", "the outcome is missing", nil)
	case w.Note && (w.Outcome != Clear || w.Question != nil):
		return invalid("提示性规则（note）的结论只能是 clear，且不提问题", "a note is always clear and asks nothing", nil)
	}
	return w.validateWords()
}

// fixed reports whether the rule has an outcome without its question.
func (w *writtenRule) fixed() bool { return w.Outcome != "" || w.OutcomeExpr != "" }

// validateWords checks that what a rule says can be traced to its source.
func (w *writtenRule) validateWords() error {
	if w.Layer != "" {
		if _, err := geodata.ParseLayerKey(w.Layer); err != nil {
			return invalid("图层代号 layer 格式不对", "the layer key is malformed", nil)
		}
	}
	switch {
	case !legible(w.Basis):
		return invalid("缺少依据 basis", "the basis is missing", nil)
	case w.Verified == nil:
		return invalid("缺少 verified（原文是否核对过）", "verified is missing (was the text read at its source?)", nil)
	case !legible(w.Source):
		return invalid("缺少 source（核对的出处，或未核对的原因）", "source is missing (where it was read, or why it counts as unread)", nil)
	case !legible(w.Text):
		return invalid("缺少内容 text", "the text is missing", nil)
	case w.Sentence != "" && !legible(w.Sentence):
		return invalid("用语 sentence 无效", "the sentence is not legible", nil)
	}
	return nil
}

// validate checks a question; fixed says that the rule has an outcome of its own.
func (w *writtenQuery) validate(fixed bool) error {
	switch {
	case !keyPattern.MatchString(w.Key) || isSubject(w.Key):
		return invalid("问题的键 key 应为小写字母、数字和下划线，且不是 name 等占位符", "the question's key must be lower-case letters, digits and underscores, and no placeholder such as name", nil)
	case !legible(w.Ask):
		return invalid("缺少问题 ask", "the question is missing", nil)
	case !slices.Contains([]Outcome{"", Review, Conditional, Prohibited}, w.Unanswered):
		return invalid("未答时的结论 unanswered 只能是 review、conditional 或 prohibited", "unanswered must be review, conditional or prohibited", nil)
	case len(w.Options) == 0 && !fixed:
		return invalid("没有选项的问题要求规则有 outcome", "a question without options needs an outcome of the rule", nil)
	}
	for i, o := range w.Options {
		if slices.ContainsFunc(w.Options[:i], func(p writtenOption) bool { return p.Value == o.Value }) {
			return invalid("选项“"+o.Value+"”重复", "option "+o.Value+" is there twice", nil)
		}
		if err := o.validate(fixed); err != nil {
			return err
		}
	}
	return nil
}

func (o *writtenOption) validate(fixed bool) error {
	_, known := severity[o.Outcome]
	switch {
	case !legible(o.Value) || utf8.RuneCountInString(o.Value) > longestReply || strings.ContainsAny(o.Value, "{}"):
		return invalid("选项的值 value 无效", "an option's value is missing or malformed", nil)
	case !legible(o.Label) || strings.ContainsAny(o.Label, "{}"):
		return invalid("选项“"+o.Value+"”缺少 label", "option "+o.Value+" lacks its label", nil)
	case o.Verified == nil:
		return invalid("选项“"+o.Value+"”缺少 verified", "option "+o.Value+" lacks verified", nil)
	case o.Outcome == "" && !fixed || o.Outcome != "" && !known:
		return invalid("选项“"+o.Value+"”缺少结论 outcome 或其值不对", "option "+o.Value+" lacks its outcome, or it is none", nil)
	case o.Sentence != "" && !legible(o.Sentence):
		return invalid("选项“"+o.Value+"”的用语 sentence 无效", "the sentence of option "+o.Value+" is not legible", nil)
	}
	return nil
}

// legible text is not blank, not long, and one line without control characters.
func legible(s string) bool {
	return s != "" && strings.TrimSpace(s) == s && len(s) <= longestText && utf8.ValidString(s) &&
		!strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r == 0x7f || r == '\u2028' || r == '\u2029' })
}

// option is the question's option of a value.
func (q *question) option(value string) *option {
	for i := range q.options {
		if q.options[i].Value == value {
			return &q.options[i]
		}
	}
	return nil
}

// accepted is the value if it answers the question, and nothing otherwise.
func (q *question) accepted(value string) string {
	if len(q.options) == 0 {
		if legible(value) && utf8.RuneCountInString(value) <= longestReply {
			return value
		}
		return ""
	}
	if q.option(value) == nil {
		return ""
	}
	return value
}

// ValidateChoices refuses choices that no rule asks for, and answers that are
// none, as Invalid *geodata.Error. Judge itself takes such an answer for none.
func (s *Set) ValidateChoices(choices map[string]string) error {
	for key, value := range choices {
		base, item, split := strings.Cut(key, ".")
		var q *question
		if s != nil {
			q = s.questions[base]
		}
		if q == nil || split && (!q.perItem || item == "") {
			return &geodata.Error{Kind: geodata.Invalid, Code: "choice-unknown",
				ZH: "没有名为“" + clip(key) + "”的待定事项。", EN: "No rule asks for a choice named \"" + clip(key) + "\"."}
		}
		if q.accepted(value) == "" {
			return &geodata.Error{Kind: geodata.Invalid, Code: "choice-invalid",
				ZH: "待定事项“" + base + "”没有选项“" + clip(value) + "”。", EN: "Choice \"" + base + "\" has no option \"" + clip(value) + "\"."}
		}
	}
	return nil
}

// clip keeps a message short whatever was sent.
func clip(s string) string {
	if r := []rune(s); len(r) > 40 {
		return string(r[:40]) + "…"
	}
	return s
}
