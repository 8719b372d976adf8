package rule

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml"

	"hongxian/geodata"
)

const (
	largestFile  = 512 << 10 // bytes
	mostRules    = 500
	longestText  = 4000 // bytes of a text, a sentence, a label
	longestReply = 60   // runes of a free answer
)

// Set (规则集) is a compiled rule file. It is immutable and may be used by many
// goroutines at once. A nil Set stands for a county without rules: it judges by
// what fails closed alone.
type Set struct {
	title     string
	digest    string
	rules     []*compiled
	lists     map[string]*accessList // by id
	questions map[string]*question
	examples  []wholeExample
	// What any rule looks up by a literal key, ascending.
	layers, combinations []string
}

// compiled is a rule ready to be evaluated.
type compiled struct {
	writtenRule
	verified                  bool
	when, each, area, outcome *expression // nil where the file has none
	sentence, text            *template
	question                  *question
	list                      *accessList // nil where the rule prints none
	looksUp                   expression  // only the keys: of all its expressions
}

// question is a question ready to be asked.
type question struct {
	writtenQuery
	options []option
	perItem bool // asked of each group apart
}

// option is an answer ready to be offered.
type option struct {
	writtenOption
	verified bool
	when     *expression
	sentence *template
}

// Digest is the SHA-256 of the file as it was read, hex; empty for no rules.
func (s *Set) Digest() string {
	if s == nil {
		return ""
	}
	return s.digest
}

// Title is the file's title, Chinese.
func (s *Set) Title() string {
	if s == nil {
		return ""
	}
	return s.title
}

// Parse reads and compiles a rule file. It is strict: unknown and repeated keys,
// missing or contradictory values, expressions that do not compile or have the
// wrong type, unknown placeholders and questions are refused as Invalid
// *geodata.Error that names the rule.
func Parse(data []byte) (*Set, error) {
	f, err := decode(data)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(data)
	s := &Set{title: f.Title, digest: hex.EncodeToString(sum[:]), questions: map[string]*question{},
		lists: map[string]*accessList{}, examples: f.Examples}
	if err := s.compileLists(f.AccessLists); err != nil {
		return nil, err
	}
	for _, w := range f.Rules {
		r, err := s.compile(w)
		if err != nil {
			return nil, inRule(w.ID, err)
		}
		s.rules = append(s.rules, r)
	}
	if err := s.validateLists(f.AccessLists); err != nil {
		return nil, err
	}
	for _, r := range s.rules {
		if err := s.validateReferences(r); err != nil {
			return nil, inRule(r.ID, err)
		}
		s.layers = append(s.layers, r.looksUp.layers...)
		s.combinations = append(s.combinations, r.looksUp.combinations...)
	}
	slices.Sort(s.layers)
	slices.Sort(s.combinations)
	s.layers, s.combinations = slices.Compact(s.layers), slices.Compact(s.combinations)
	return s, nil
}

func decode(data []byte) (*file, error) {
	if len(data) > largestFile {
		return nil, invalid("文件超过 512 KiB", "the file is larger than 512 KiB", nil)
	}
	if !utf8.Valid(data) || bytes.IndexByte(data, 0) >= 0 {
		return nil, invalid("文件不是 UTF-8 文本", "the file is not UTF-8 text", nil)
	}
	var f file
	decoder := yaml.NewDecoder(bytes.NewReader(data), yaml.Strict())
	if err := decoder.Decode(&f); err != nil {
		text, _, _ := strings.Cut(yaml.FormatError(err, false, false), "\n")
		return nil, invalid("YAML 无法读取（"+text+"）", "it cannot be read as rules ("+text+")", err)
	}
	if err := decoder.Decode(new(file)); err == nil {
		return nil, invalid("一个文件只能有一份规则", "a file holds one set of rules only", nil)
	}
	switch {
	case !legible(f.Title):
		return nil, invalid("缺少标题 title", "the title is missing", nil)
	case len(f.Rules) == 0 || len(f.Rules) > mostRules:
		return nil, invalid("应有 1 至 500 条规则", "there must be 1 to 500 rules", nil)
	}
	return &f, nil
}

var (
	idPattern  = regexp.MustCompile(`^[a-z][a-z0-9-]{0,47}$`)
	keyPattern = regexp.MustCompile(`^[a-z][a-z0-9_]{0,47}$`)
)

// compile checks one rule and compiles its expressions.
func (s *Set) compile(w writtenRule) (*compiled, error) {
	if err := w.validate(); err != nil {
		return nil, err
	}
	if slices.ContainsFunc(s.rules, func(r *compiled) bool { return r.ID == w.ID }) {
		return nil, invalid("规则代号重复", "the id is used twice", nil)
	}
	r := &compiled{writtenRule: w, verified: *w.Verified, list: s.lists[w.List]}
	for _, e := range []struct {
		name, text string
		want       wanted
		into       **expression
	}{
		{"when", w.When, aBool, &r.when}, {"each", w.Each, aFeatures, &r.each},
		{"area", w.Area, anArea, &r.area}, {"outcome_expr", w.OutcomeExpr, aString, &r.outcome},
	} {
		if err := r.expression(e.name, e.text, e.want, e.into); err != nil {
			return nil, err
		}
	}
	var err error
	if r.text, err = newTemplate(w.Text); err != nil {
		return nil, err
	}
	if r.sentence, err = newTemplate(w.Sentence); err != nil {
		return nil, err
	}
	return r, s.compileQuestion(r)
}

// expression compiles one expression of the rule, if it has it.
func (r *compiled) expression(name, text string, want wanted, into **expression) error {
	if text == "" {
		return nil
	}
	e, err := compile(text, want)
	if err != nil {
		first, _, _ := strings.Cut(err.Error(), "\n")
		return invalid(name+" 不是有效的 CEL 表达式（"+first+"）", name+" is no valid CEL expression ("+first+")", err)
	}
	r.looksUp.layers = append(r.looksUp.layers, e.layers...)
	r.looksUp.combinations = append(r.looksUp.combinations, e.combinations...)
	r.looksUp.choices = append(r.looksUp.choices, e.choices...)
	*into = e
	return nil
}

func (s *Set) compileQuestion(r *compiled) error {
	w := r.Question
	if w == nil {
		return nil
	}
	if err := w.validate(r.fixed()); err != nil {
		return err
	}
	if s.questions[w.Key] != nil {
		return invalid("问题 "+w.Key+" 重复", "question "+w.Key+" is asked twice", nil)
	}
	q := &question{writtenQuery: *w, perItem: r.each != nil}
	if q.Unanswered == "" {
		q.Unanswered = Review
	}
	for _, o := range w.Options {
		c := option{writtenOption: o, verified: *o.Verified}
		if err := r.expression("options."+o.Value+".when", o.When, aBool, &c.when); err != nil {
			return err
		}
		var err error
		if c.sentence, err = newTemplate(o.Sentence); err != nil {
			return err
		}
		q.options = append(q.options, c)
	}
	r.question, s.questions[w.Key] = q, q
	return nil
}

// validateReferences checks what a rule says of other parts of the file.
func (s *Set) validateReferences(r *compiled) error {
	for _, key := range r.looksUp.layers {
		if _, err := geodata.ParseLayerKey(key); err != nil {
			return invalid("表达式中的图层代号“"+key+"”格式不对", fmt.Sprintf("an expression names the malformed layer key %q", key), nil)
		}
	}
	for _, key := range r.looksUp.choices {
		if s.questions[key] == nil {
			return invalid("表达式中的问题“"+key+"”没有任何规则提出", fmt.Sprintf("an expression names question %q, which no rule asks", key), nil)
		}
	}
	templates := []*template{r.sentence}
	if r.question != nil {
		for _, o := range r.question.options {
			templates = append(templates, o.sentence)
		}
	}
	if open := slices.DeleteFunc(r.text.placeholders(), isSubject); len(open) > 0 {
		return invalid("text 中有不认识的占位符 {"+open[0]+"}", "text has the unknown placeholder {"+open[0]+"}", nil)
	}
	for _, t := range templates {
		for _, p := range t.placeholders() {
			if q := s.questions[p]; !isSubject(p) && (q == nil || q.perItem && q != r.question) {
				return invalid("sentence 中有不认识的占位符 {"+p+"}", "a sentence has the unknown placeholder {"+p+"}", nil)
			}
		}
	}
	return nil
}

// How every error of a rule file begins.
const (
	wrongZH = "规则文件有误："
	wrongEN = "The rule file is wrong: "
)

// invalid is the error of a rule file.
func invalid(zh, en string, cause error) *geodata.Error {
	return &geodata.Error{Kind: geodata.Invalid, Code: "rules-invalid",
		ZH: wrongZH + zh + "。", EN: wrongEN + en + ".", Err: cause}
}

// inRule names the rule in an error.
func inRule(id string, err error) error {
	return within(err, fmt.Sprintf("规则“%.60s”：", id), fmt.Sprintf("rule %.60q: ", id))
}

// within says where in the file an error is, in front of what it says already.
func within(err error, zh, en string) error {
	var e *geodata.Error
	if !errors.As(err, &e) {
		return err
	}
	placed := *e
	placed.ZH = wrongZH + zh + strings.TrimPrefix(e.ZH, wrongZH)
	placed.EN = wrongEN + en + strings.TrimPrefix(e.EN, wrongEN)
	return &placed
}
