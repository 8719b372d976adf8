package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"hongxian/geodata"
	"hongxian/geodata/county"
	"hongxian/geodata/postgis"
	"hongxian/internal/pgtest"
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

// A county is held with the rules that lie beside its profile; rules that cannot
// be read keep it out.
func TestCountyIsHeldWithItsRules(t *testing.T) {
	p, err := county.Load("500237")
	if err != nil {
		t.Fatal(err)
	}
	pool, err := postgis.Open(t.Context(), pgtest.Database(t))
	if err != nil {
		t.Fatal(err)
	}
	defer pool.Close()
	if err := register(t.Context(), pool, p); err != nil {
		t.Fatal(err)
	}
	held, err := (&postgis.Catalogue{DB: pool}).County(t.Context(), "500237")
	if err != nil {
		t.Fatal(err)
	}
	if kept, err := profileOf(held); err != nil || kept.Rules != p.Rules || kept.RulesFile != p.RulesFile {
		t.Errorf("kept %d bytes of rules, not %d: %v", len(kept.Rules), len(p.Rules), err)
	}
	broken := *p
	broken.Rules = strings.Replace(p.Rules, "outcome: prohibited", "outcome: forbidden", 1)
	if err := register(t.Context(), pool, &broken); !geodata.IsKind(err, geodata.Invalid) || !strings.Contains(err.Error(), "500237.rules.yaml") {
		t.Errorf("broken rules: %v", err)
	}
}
