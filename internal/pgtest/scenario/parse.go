package scenario

import (
	"fmt"
	"strings"
)

// Statement (语句) is one statement of a file with its body.
type Statement struct {
	Line     int    // where it begins, from 1
	Verb     string // the first word
	Argument string // the rest of the line
	Body     []Line
}

// Line is one line of a body, without indentation and remark.
type Line struct {
	Number int
	Text   string
}

// Words are the words of a line.
func (l Line) Words() []string { return strings.Fields(l.Text) }

// Parse reads a file's statements.
func Parse(text string) ([]Statement, error) {
	var out []Statement
	for i, line := range strings.Split(text, "\n") {
		line, _, _ = strings.Cut(line, "#")
		content := strings.TrimSpace(line)
		switch {
		case content == "":
		case line[0] != ' ' && line[0] != '\t':
			verb, argument, _ := strings.Cut(content, " ")
			out = append(out, Statement{Line: i + 1, Verb: verb, Argument: strings.TrimSpace(argument)})
		case len(out) == 0:
			return nil, fmt.Errorf("line %d: %q is indented, but belongs to no statement", i+1, content)
		default:
			last := &out[len(out)-1]
			last.Body = append(last.Body, Line{Number: i + 1, Text: content})
		}
	}
	return out, nil
}
