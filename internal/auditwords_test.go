package internal_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// The keys of the block auditDetail in a catalogue of the page.
var (
	detailBlock = regexp.MustCompile(`(?s)export const auditDetail = \{(.*?)\n\}`)
	detailWord  = regexp.MustCompile(`(\w+): '`)
)

// Whatever an audit entry tells besides has a word on the page, and no word is for
// what no entry tells.
func TestAuditDetailsHaveWords(t *testing.T) {
	catalogue, err := os.ReadFile("../web/src/i18n/zh/audit.ts")
	if err != nil {
		t.Fatal(err)
	}
	block := detailBlock.FindStringSubmatch(string(catalogue))
	if block == nil {
		t.Fatal("the page's catalogue has no words for details")
	}
	words := map[string]bool{}
	for _, m := range detailWord.FindAllStringSubmatch(block[1], -1) {
		words[m[1]] = true
	}
	written := map[string]bool{}
	for _, root := range []string{"../cmd", "../internal", "../geodata", "../tiles"} {
		err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			if err == nil && strings.HasSuffix(path, ".sql") {
				return collectSQLDetails(path, written)
			}
			if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
			if err == nil {
				collectDetails(t, path, file, written)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if len(written) < 10 {
		t.Fatalf("only %v are written; are they still found?", slices.Sorted(maps.Keys(written)))
	}
	for key := range written {
		if !words[key] {
			t.Errorf("entries tell %q, for which web/src/i18n has no word in auditDetail", key)
		}
	}
	for word := range words {
		if !written[word] {
			t.Errorf("auditDetail has a word for %q, which no entry tells", word)
		}
	}
}

// sqlDetail finds the keys of a detail that a statement makes itself.
var sqlDetail = regexp.MustCompile(`json_build_object\('(\w+)'`)

// collectSQLDetails adds the keys of the entries that a statement writes.
func collectSQLDetails(path string, into map[string]bool) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	_, entry, _ := strings.Cut(string(text), "insert into audit_entry")
	for _, m := range sqlDetail.FindAllStringSubmatch(entry, -1) {
		into[m[1]] = true
	}
	return nil
}

// collectDetails adds the keys of every audit entry's Detail in a file: a map written
// there, or one in a variable called detail.
func collectDetails(t *testing.T, path string, file *ast.File, into map[string]bool) {
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CompositeLit:
			if isEntry(n.Type) {
				for _, field := range n.Elts {
					if kv, ok := field.(*ast.KeyValueExpr); ok && isNamed(kv.Key, "Detail") && !isNamed(kv.Value, "detail") && !addKeys(kv.Value, into) {
						t.Errorf("%s: write an entry's Detail as a map, or put it into a variable called detail", path)
					}
				}
			}
		case *ast.AssignStmt:
			for i, left := range n.Lhs {
				if isNamed(left, "detail") && i < len(n.Rhs) {
					addKeys(n.Rhs[i], into)
				}
				if at, ok := left.(*ast.IndexExpr); ok && isNamed(at.X, "detail") {
					addKey(at.Index, into)
				}
			}
		}
		return true
	})
}

// isEntry: audit.Entry, or Entry in package audit.
func isEntry(of ast.Expr) bool {
	if s, ok := of.(*ast.SelectorExpr); ok {
		return isNamed(s.X, "audit") && s.Sel.Name == "Entry"
	}
	return isNamed(of, "Entry")
}

func isNamed(e ast.Expr, name string) bool {
	id, ok := e.(*ast.Ident)
	return ok && id.Name == name
}

func addKeys(e ast.Expr, into map[string]bool) bool {
	lit, ok := e.(*ast.CompositeLit)
	if !ok {
		return false
	}
	if _, ok := lit.Type.(*ast.MapType); !ok {
		return false
	}
	for _, field := range lit.Elts {
		if kv, ok := field.(*ast.KeyValueExpr); ok {
			addKey(kv.Key, into)
		}
	}
	return true
}

func addKey(e ast.Expr, into map[string]bool) {
	if lit, ok := e.(*ast.BasicLit); ok && lit.Kind == token.STRING {
		if key, err := strconv.Unquote(lit.Value); err == nil {
			into[key] = true
		}
	}
}
