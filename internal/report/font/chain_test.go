package font

import (
	"bytes"
	"encoding/binary"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/image/math/fixed"

	"hongxian/geodata"
)

func chain(t *testing.T) *Chain {
	t.Helper()
	c, err := load(standard)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// logged collects what the chain logs.
func logged(t *testing.T) *bytes.Buffer {
	t.Helper()
	var b bytes.Buffer
	before := slog.Default()
	slog.SetDefault(slog.New(slog.NewTextHandler(&b, nil)))
	t.Cleanup(func() { slog.SetDefault(before) })
	return &b
}

// Each character comes from the first font that has it.
func TestRuns(t *testing.T) {
	c := chain(t)
	got := c.Runs("红线 2022㎡䶮㙟𠮷")
	want := []Run{{Font: 0, Text: "红线 2022㎡"}, {Font: 1, Text: "䶮㙟"}, {Font: 2, Text: "𠮷"}}
	if len(got) != len(want) {
		t.Fatalf("%d runs: %+v", len(got), got)
	}
	for i, w := range want {
		if got[i].Font != w.Font || got[i].Text != w.Text || got[i].Width <= 0 {
			t.Errorf("run %d: %+v, want %+v", i, got[i], w)
		}
	}
	if w := c.Width("红线"); w != 2 {
		t.Errorf("two characters are %v em wide", w)
	}
}

// What reports print beside Chinese must be there.
func TestEverydaySigns(t *testing.T) {
	c := chain(t)
	for _, r := range "（）〔〕【】《》，。；：、“”—–…·%‰²㎡×÷±≤≥°′″□■☐☑①②③0123456789ABCxyz/" {
		if g := c.glyph(r); g.font == Missing {
			t.Errorf("no font has %q", r)
		}
	}
}

func TestMissingCharacterIsABoxAndLogged(t *testing.T) {
	log, c := logged(t), chain(t)
	runs := c.Runs("a\U000F0000b")
	if len(runs) != 1 || runs[0].Text != "a□b" {
		t.Errorf("got %+v", runs)
	}
	if !strings.Contains(log.String(), "U+F0000") {
		t.Errorf("nothing logged: %s", log)
	}
	before := log.Len()
	c.Runs("\U000F0000")
	if log.Len() != before {
		t.Error("logged twice")
	}
	if _, _, _, advance, ok := c.Face(20).Glyph(fixed.Point26_6{}, '\U000F0000'); !ok || advance == 0 {
		t.Error("a picture draws nothing for it")
	}
}

func TestMissingFontNamesItsPackage(t *testing.T) {
	_, err := load([]source{{path: filepath.Join(t.TempDir(), "none.ttf"), pkg: "fonts-wqy-microhei"}})
	var e *geodata.Error
	if !errors.As(err, &e) || e.Kind != geodata.Unavailable || e.Code != "font-missing" || !strings.Contains(e.ZH, "fonts-wqy-microhei") {
		t.Errorf("got %v", err)
	}
	_, err = Load([]string{filepath.Join(t.TempDir(), "none.ttf")})
	if !errors.As(err, &e) || !strings.Contains(e.ZH, Variable) {
		t.Errorf("got %v", err)
	}
}

// A rare font that is not installed does not stop a report.
func TestRareFontMayBeAbsent(t *testing.T) {
	log := logged(t)
	c, err := load([]source{standard[0], {path: filepath.Join(t.TempDir(), "none.ttf"), pkg: "fonts-hanazono", rare: true}})
	if err != nil {
		t.Fatal(err)
	}
	if runs := c.Runs("𠮷"); runs[0].Text != string(Box) {
		t.Errorf("got %+v", runs)
	}
	if !strings.Contains(log.String(), "fonts-hanazono") {
		t.Errorf("the package is not named: %s", log)
	}
}

func FuzzTrueType(f *testing.F) {
	collection := make([]byte, 64)
	copy(collection, "ttcf")
	binary.BigEndian.PutUint32(collection[12:], 16)
	copy(collection[16:], "\x00\x01\x00\x00\x00\x01")
	f.Add(collection)
	f.Add([]byte("OTTO0123456789ab"))
	f.Fuzz(func(t *testing.T, data []byte) {
		if out, err := trueType(data); err == nil && len(out) == 0 {
			t.Error("an empty font")
		}
	})
}

func TestPostScriptOutlinesAreRefused(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.otf")
	if err := os.WriteFile(path, []byte("OTTO0123456789abcdef"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Load([]string{path}); err == nil {
		t.Error("read")
	}
}
