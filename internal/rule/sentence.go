package rule

import (
	"regexp"
	"slices"
	"strings"

	"hongxian/geodata"
)

// toVerify marks wording that was not read at its source.
const toVerify = "（待核）"

// subject is what a finding or a sentence speaks of.
type subject struct {
	name, code, class string
	area              float64 // m²
}

// subjectWords are the placeholders a subject fills; the others are question keys.
var subjectWords = []string{"ha", "m2", "name", "code", "class"}

func isSubject(placeholder string) bool { return slices.Contains(subjectWords, placeholder) }

func (s subject) word(placeholder string) string {
	switch placeholder {
	case "ha":
		return geodata.Area(s.area).In(geodata.Hectare, 4)
	case "m2":
		return geodata.Area(s.area).In(geodata.SquareMetre, 2)
	case "name":
		return s.name
	case "code":
		return s.code
	default:
		return s.class
	}
}

// template is text with placeholders such as {ha}: literal, placeholder, literal, …
type template struct{ literals, names []string }

var placeholderPattern = regexp.MustCompile(`\{([a-z][a-z0-9_]*)\}`)

// newTemplate takes text apart; nil for no text.
func newTemplate(text string) (*template, error) {
	if text == "" {
		return nil, nil
	}
	t := &template{literals: placeholderPattern.Split(text, -1)}
	for _, m := range placeholderPattern.FindAllStringSubmatch(text, -1) {
		t.names = append(t.names, m[1])
	}
	for _, l := range t.literals {
		if strings.ContainsAny(l, "{}") {
			return nil, invalid("文字中有不成对或不认识的花括号", "a text has braces that are no placeholder", nil)
		}
	}
	return t, nil
}

func (t *template) placeholders() []string {
	if t == nil {
		return nil
	}
	return slices.Clone(t.names)
}

// fill puts the words in; ok is false when one of them is not known yet.
func (t *template) fill(word func(placeholder string) (string, bool)) (text string, ok bool) {
	if t == nil {
		return "", false
	}
	var b strings.Builder
	for i, l := range t.literals {
		b.WriteString(l)
		if i < len(t.names) {
			w, known := word(t.names[i])
			if !known || w == "" {
				return "", false
			}
			b.WriteString(w)
		}
	}
	return b.String(), true
}

// answer is what a sentence prints for a question: the label of the choice,
// marked where it was not read at its source.
func (q *question) answer(value string) (string, bool) {
	value = q.accepted(value)
	if value == "" {
		return "", false
	}
	o := q.option(value)
	switch {
	case o == nil:
		return value, true
	case !o.verified:
		return o.Label + toVerify, true
	}
	return o.Label, true
}
