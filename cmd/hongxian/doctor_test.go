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

	// The identity provider is that of the service's settings.
	t.Setenv("HONGXIAN_OIDC_ISSUER", "http://127.0.0.1:1")
	t.Setenv("HONGXIAN_OIDC_CLIENT", "hongxian")
	if _, table, _ := hongxian(t, "doctor", "--database", dsn); !strings.Contains(table, "--public-url") {
		t.Errorf("without the service's own address:\n%s", table)
	}
	t.Setenv("HONGXIAN_PUBLIC_URL", "https://map.example")
	if _, table, _ := hongxian(t, "doctor", "--database", dsn); !strings.Contains(table, "统一认证 http://127.0.0.1:1 没有正常应答") {
		t.Errorf("a provider that is not there:\n%s", table)
	}
}
