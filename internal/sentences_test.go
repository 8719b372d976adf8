package internal_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode"
)

// terminal are the places whose sentences are for whoever sits at a terminal or set the
// service up: there a flag is how to mend. What others say may be printed by a page.
var terminal = []string{
	"internal/localpg", "internal/backup", "internal/doctor", "internal/pgtest", "internal/signon/settings.go",
	"internal/report/qualitytable.go", "internal/report/intaketable.go", "internal/report/coveragetable.go", "internal/report/proposal.go",
	"internal/httpapi/listen.go", "internal/httpapi/guard.go",
	"geodata/postgis/catalogue.go", // names the way at each edge
}

var commandFlag = regexp.MustCompile(`--[a-z]{2}`)

// No sentence that may be shown over HTTP names a flag of the command line.
func TestSentencesNameNoFlags(t *testing.T) {
	sentences := 0
	for _, root := range []string{"../internal", "../geodata", "../tiles"} {
		err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
			name := strings.TrimPrefix(filepath.ToSlash(path), "../")
			if err != nil || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") ||
				slices.ContainsFunc(terminal, func(at string) bool { return name == at || strings.HasPrefix(name, at+"/") }) {
				return err
			}
			parsed, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
			if err != nil {
				return err
			}
			ast.Inspect(parsed, func(n ast.Node) bool {
				literal, ok := n.(*ast.BasicLit)
				if !ok || literal.Kind != token.STRING {
					return true
				}
				text, _ := strconv.Unquote(literal.Value)
				if !isSentence(text) {
					return true
				}
				if sentences++; commandFlag.MatchString(text) {
					t.Errorf("%s: %s", name, text)
				}
				return true
			})
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if sentences < 1000 {
		t.Errorf("only %d sentences were found", sentences)
	}
}

// isSentence: Chinese, or words that end as an English sentence does.
func isSentence(text string) bool {
	return strings.ContainsFunc(text, func(r rune) bool { return unicode.Is(unicode.Han, r) }) ||
		strings.Contains(text, " ") && strings.HasSuffix(text, ".")
}
