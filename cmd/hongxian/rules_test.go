package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"hongxian/geodata/county"
)

func TestRulesTest(t *testing.T) {
	succeeds(t, "0 failed", "rules", "test")

	p, err := county.Load("500237")
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "own.rules.yaml")
	write := func(old, new string) {
		t.Helper()
		if err := os.WriteFile(file, []byte(strings.Replace(p.Rules, old, new, 1)), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("", "")
	succeeds(t, "red-line-case", "rules", "test", file)
	write("expect: {outcome: clear, sentences: [不位于生态保护红线范围内。]}", "expect: {outcome: prohibited}")
	fails(t, exitNo, "1 examples of rules failed", "rules", "test", file)
	write("id: red-line-none", "id: Red Line")
	fails(t, exitInput, "Red Line", "rules", "test", file)
	fails(t, exitInput, "own.rules.yaml", "rules", "test", file)
	fails(t, exitInput, "no.yaml", "rules", "test", filepath.Join(t.TempDir(), "no.yaml"))
}
