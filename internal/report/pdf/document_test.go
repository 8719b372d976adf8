package pdf

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"hongxian/internal/report/font"
)

func fonts(t *testing.T) *font.Chain {
	t.Helper()
	c, err := font.Standard()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func blankPage(t *testing.T) *Document { return New(fonts(t), Meta{Title: "试"}) }

// No line begins with a closing mark, none ends with an opening one, and no
// character is lost.
func TestWrap(t *testing.T) {
	d := blankPage(t)
	const size = 10
	for what, c := range map[string]struct {
		text  string
		width float64 // em
		want  []string
	}{
		"fits":             {"核心保护区", 5, []string{"核心保护区"}},
		"full stop":        {"核心保护区。", 5, []string{"核心保护", "区。"}},
		"brackets":         {"依据〔二〕号", 3, []string{"依据", "〔二〕", "号"}},
		"forced":           {"要求：\n一", 20, []string{"要求：", "一"}},
		"blank line":       {"一\n\n二", 20, []string{"一", "", "二"}},
		"words":            {"red line", 3, []string{"red", "line"}},
		"a word too long":  {"红0123456789", 3, []string{"红", "01234", "56789"}},
		"narrower than 1":  {"红线", 0.5, []string{"红", "线"}},
		"nothing":          {"", 5, []string{""}},
		"beyond the plane": {"𠮷𠮷𠮷", 2, []string{"𠮷𠮷", "𠮷"}},
	} {
		if got := d.wrap(c.text, c.width*size, size); !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", what, got, c.want)
		}
	}
}

func TestWrapKeepsEverything(t *testing.T) {
	d := blankPage(t)
	text := "生态保护红线内自然保护地核心保护区外，禁止开发性、生产性建设活动（试行），ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789；仅允许“有限人为活动”。"
	for width := 12.0; width < 200; width += 7 {
		lines := d.wrap(text, width, 10)
		if got := strings.Join(lines, ""); got != text {
			t.Fatalf("at width %v it became %q", width, got)
		}
		for _, l := range lines {
			if d.width(l, 10) > width+1e-9 {
				t.Errorf("%q is wider than %v", l, width)
			}
		}
	}
}

// A row that fits on no page is split between lines, one that fits on the next
// page moves on whole; heads are repeated.
func TestTableOverPages(t *testing.T) {
	d := blankPage(t)
	table := Table{Size: 10, Columns: []Column{{Title: "甲", Weight: 1}, {Title: "乙", Weight: 1}}}
	table.Rows = append(table.Rows, Row{Cells: []string{strings.Repeat("字", 4000), "短"}}, Row{Cells: []string{"合计", "横跨"}, Span: 1, Strong: true}, Row{Cells: []string{"全宽"}})
	d.Table(table)
	pages := strings.Split(strings.TrimSuffix(text(t, d), "\f"), "\f")
	if len(pages) < 3 {
		t.Fatalf("%d pages", len(pages))
	}
	for i, p := range pages {
		if !strings.Contains(p, "甲") || !strings.Contains(p, "乙") {
			t.Errorf("page %d has no table head:\n%.200s", i+1, p)
		}
	}
	all := strings.ReplaceAll(strings.Join(pages, ""), " ", "") // poppler puts some in
	if n := strings.Count(all, "字"); n != 4000 {
		t.Errorf("%d of 4000 characters", n)
	}
	for _, want := range []string{"合计", "横跨", "全宽", fmt.Sprintf("共%d页", len(pages))} {
		if !strings.Contains(all, want) {
			t.Errorf("%s is missing", want)
		}
	}
}

// What nothing can draw is an error of the document, not a page without it.
func TestErrorIsKept(t *testing.T) {
	d := blankPage(t)
	d.Image([]byte("no picture"), 0.5)
	d.Paragraph("后文", Style{Size: 10})
	if err := d.Write(&bytes.Buffer{}); err == nil {
		t.Error("written")
	}
}

func text(t *testing.T, d *Document) string {
	t.Helper()
	var b bytes.Buffer
	if err := d.Write(&b); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "a.pdf")
	if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command("pdftotext", "-layout", path, "-").CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return string(out)
}
