package audit_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"hongxian/geodata"
	"hongxian/internal/audit"
)

// aged is a chain with entries of three months, the last of them this one.
func aged(t *testing.T, now time.Time) *audit.Trail {
	t.Helper()
	tr := trail(t, 0)
	for _, age := range []int{400, 399, 300, 0} {
		if _, err := tr.DB.Exec(t.Context(), `insert into audit_entry (at, who, role, address, action, object, outcome, request, detail)
			values ($1, '李雷', 'planner', '10.0.0.7', 'check.ask', '500237/x', 'done', 'r', '{}')`, now.AddDate(0, 0, -age)); err != nil {
			t.Fatal(err)
		}
	}
	if n, err := tr.Seal(t.Context()); err != nil || n != 4 {
		t.Fatal(n, err)
	}
	return tr
}

// What is old enough goes into files month by month, and both the files and what stays
// hold; what was noted of the chain before does, too.
func TestOldEntriesGoIntoFiles(t *testing.T) {
	now := time.Now()
	tr := aged(t, now)
	noted := verified(t, tr).Head
	keep := audit.Retention{Days: 360, Folder: filepath.Join(t.TempDir(), "audit")}
	path, s, err := tr.RetainAt(t.Context(), keep, now)
	if err != nil || s.Entries != 2 || s.From != 1 || !strings.HasPrefix(filepath.Base(path), "audit-before-20") {
		t.Fatalf("%s %+v %v", path, s, err)
	}
	if v := fileVerified(t, path, s.Head); !v.Whole() || v.Entries != 2 {
		t.Errorf("the file: %+v", v)
	}
	if v := verified(t, tr, noted); !v.Whole() || v.First != 3 {
		t.Errorf("what stays: %+v", v)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the file's mode: %v %v", info.Mode(), err)
	}
	if path, s, err := tr.RetainAt(t.Context(), keep, now); path != "" || s.Entries != 0 || err != nil {
		t.Errorf("again: %s %+v %v", path, s, err)
	}
	keep.Days = 200
	if next, s, err := tr.RetainAt(t.Context(), keep, now); err != nil || s.Entries != 1 || next == path {
		t.Errorf("later: %s %+v %v", next, s, err)
	}
	if files, err := os.ReadDir(keep.Folder); err != nil || len(files) < 2 {
		t.Errorf("%v, %v", files, err)
	}
	if v := verified(t, tr, noted); !v.Whole() {
		t.Errorf("in the end: %+v", v)
	}
}

// A file of a server that was killed while it cut is left alone.
func TestAFileThatIsThereIsLeftAlone(t *testing.T) {
	now := time.Now()
	tr := aged(t, now)
	keep := audit.Retention{Days: 360, Folder: t.TempDir()}
	limit := now.UTC().AddDate(0, 0, -keep.Days)
	left := filepath.Join(keep.Folder, "audit-before-"+limit.Format("2006-01")+"-01.jsonl")
	if err := os.WriteFile(left, []byte("half a li"), 0o600); err != nil {
		t.Fatal(err)
	}
	path, s, err := tr.RetainAt(t.Context(), keep, now)
	if err != nil || s.Entries != 2 || path != strings.TrimSuffix(left, ".jsonl")+"-2.jsonl" {
		t.Errorf("%s %+v %v", path, s, err)
	}
	if text, _ := os.ReadFile(left); string(text) != "half a li" {
		t.Errorf("%q", text)
	}
}

// What does not hold stays where it is, to be looked at.
func TestABrokenStretchIsNotCut(t *testing.T) {
	now := time.Now()
	tr := aged(t, now)
	rewrite(t, tr, "update audit_entry set who = '韩梅' where seq = 1")
	keep := audit.Retention{Days: 360, Folder: t.TempDir()}
	if _, _, err := tr.RetainAt(t.Context(), keep, now); geodata.AsError(err).Code != "audit-broken" {
		t.Errorf("%v", err)
	}
	if files, err := os.ReadDir(keep.Folder); err != nil || len(files) != 0 {
		t.Errorf("left: %v, %v", files, err)
	}
	if v := verified(t, tr); v.Entries != 4 || v.Broken != 1 {
		t.Errorf("%+v", v)
	}
}

func TestHowLongEntriesAreKept(t *testing.T) {
	for days, good := range map[int]bool{0: true, 180: true, audit.DefaultKept: true, 179: false, 1: false, -1: false} {
		if err := (audit.Retention{Days: days}).Judge(); (err == nil) != good {
			t.Errorf("%d days: %v", days, err)
		}
	}
}
