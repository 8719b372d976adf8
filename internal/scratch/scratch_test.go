package scratch

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

// A folder lives as long as its process; what a killed one left is swept, of every
// purpose, and nothing else is.
func TestKilledProcessesLeaveNothing(t *testing.T) {
	dir := os.Getenv("SCRATCH_PARENT")
	if dir != "" { // we are the one that is killed
		for _, p := range purposes {
			f, err := Make(dir, p)
			if err == nil {
				err = os.WriteFile(filepath.Join(f.Path, "upload"), nil, 0o600)
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		fmt.Println("made")
		_, _ = io.Copy(io.Discard, os.Stdin) // until the end
	}
	dir = t.TempDir()
	victim := exec.Command(os.Args[0], "-test.run=^TestKilledProcessesLeaveNothing$")
	victim.Env = append(os.Environ(), "SCRATCH_PARENT="+dir)
	stdin, err := victim.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	defer stdin.Close()
	out, err := victim.StdoutPipe()
	if err == nil {
		err = victim.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	var said string
	if _, err := fmt.Fscan(out, &said); err != nil || said != "made" {
		t.Fatalf("%q %v", said, err)
	}
	left := func(want int, when string) {
		t.Helper()
		if found, _ := filepath.Glob(filepath.Join(dir, "hongxian-*")); len(found) != want {
			t.Errorf("%s: %v", when, found)
		}
	}
	for name, age := range map[string]time.Duration{"hongxian-upload-new": 0, "hongxian-upload-old": time.Hour, "hongxian-e2e.1": time.Hour} {
		path := filepath.Join(dir, name)
		if err := os.Mkdir(path, 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(path, time.Time{}, time.Now().Add(-age)); err != nil {
			t.Fatal(err)
		}
	}
	Sweep(dir)
	left(len(purposes)+2, "while its process is at work") // the old one without a lock is gone
	if err := victim.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = victim.Wait()
	left(len(purposes)+2, "after the kill")
	Sweep(dir)
	left(2, "swept") // one being made, and one that is not ours
}

func TestRemove(t *testing.T) {
	dir := t.TempDir()
	f, err := Make(dir, Upload)
	if err != nil {
		t.Fatal(err)
	}
	if err := f.Remove(); err != nil {
		t.Fatal(err)
	}
	if left, _ := os.ReadDir(dir); len(left) > 0 {
		t.Errorf("left: %v", left)
	}
	if err := (*Folder)(nil).Remove(); err != nil {
		t.Error(err)
	}
	if _, err := Make(filepath.Join(dir, "nowhere"), Upload); err == nil {
		t.Error("a folder in none")
	}
}
