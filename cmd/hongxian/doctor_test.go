package main

import (
	"encoding/json"
	"strings"
	"testing"

	"hongxian/internal/doctor"
)

// The test server does not wait for the disk: a fault, which the exit code tells.
func TestDoctor(t *testing.T) {
	dsn := redLineInForce(t)
	code, table, _ := hongxian(t, "doctor", "--database", dsn)
	if code != exitNo || !strings.Contains(table, "fsync=off") || !strings.Contains(table, "postgresql.conf") || !strings.Contains(table, "个版本完整") {
		t.Errorf("exit %d\n%s", code, table)
	}
	_, text, _ := hongxian(t, "doctor", "--format", "json", "--database", dsn)
	var found []doctor.Finding
	if err := json.Unmarshal([]byte(text), &found); err != nil || doctor.Worst(found) != doctor.Fault {
		t.Errorf("%v\n%s", err, text)
	}
	fails(t, exitInput, "table or json", "doctor", "--format", "xml", "--database", dsn)
}
