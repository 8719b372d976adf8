package internal_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// required are the attacks that must stand in the table, as it words them.
var required = []string{"brute force", "session fixation", "CSRF", "open redirect", "header injection", "path traversal", "SSRF through base maps",
	"SSRF through OIDC settings", "formula injection", "zip bombs", "oversized JSON", "slowloris", "10,000 idle connections"}

var (
	packageTests = regexp.MustCompile("`([a-z/]+)` ([A-Za-z0-9, ]+)")
	testName     = regexp.MustCompile(`\b(?:Test|Fuzz)[A-Z]\w*`)
)

// Every attack has its tests, and every test that is named is in the source, does
// something and is not skipped.
func TestEveryAttackHasItsTest(t *testing.T) {
	text, err := os.ReadFile("../.docs/attacks.md")
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]bool{}
	for line := range strings.Lines(string(text)) {
		cells := strings.Split(line, "|")
		if len(cells) != 5 || strings.HasPrefix(cells[1], "--") || strings.Contains(cells[1], "Attack") {
			continue
		}
		for _, attack := range required {
			if strings.Contains(cells[1], attack) {
				found[attack] = true
			}
		}
		named := 0
		for _, m := range packageTests.FindAllStringSubmatch(cells[3], -1) {
			written := testsOf(t, m[1])
			for _, name := range testName.FindAllString(m[2], -1) {
				if named++; !written[name] {
					t.Errorf("%s: there is no test %s in %s that does something and is not skipped", strings.TrimSpace(cells[1]), name, m[1])
				}
			}
		}
		if named == 0 || named != len(testName.FindAllString(cells[3], -1)) {
			t.Errorf("%s names %d tests that can be found", strings.TrimSpace(cells[1]), named)
		}
	}
	for _, attack := range required {
		if !found[attack] {
			t.Errorf("%s has no row", attack)
		}
	}
}

// testsOf are the tests in a folder of the module that have statements and do not skip.
func testsOf(t *testing.T, folder string) map[string]bool {
	t.Helper()
	names, err := fs.Glob(os.DirFS(".."), folder+"/*_test.go")
	if err != nil || len(names) == 0 {
		t.Fatalf("%s has no tests: %v", folder, err)
	}
	found := map[string]bool{}
	for _, name := range names {
		file, err := parser.ParseFile(token.NewFileSet(), filepath.Join("..", name), nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range file.Decls {
			if f, ok := d.(*ast.FuncDecl); ok && f.Recv == nil && testName.MatchString(f.Name.Name) && len(f.Body.List) > 0 && !skips(f) {
				found[f.Name.Name] = true
			}
		}
	}
	return found
}

func skips(f *ast.FuncDecl) (skips bool) {
	ast.Inspect(f, func(n ast.Node) bool {
		if s, ok := n.(*ast.SelectorExpr); ok && strings.HasPrefix(s.Sel.Name, "Skip") {
			skips = true
		}
		return true
	})
	return skips
}
