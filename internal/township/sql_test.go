package township

import (
	"os"
	"testing"

	"hongxian/internal/pgtest"
)

func TestStatementsPrepare(t *testing.T) {
	pgtest.Prepare(t, os.DirFS("sql"), "contacts.sql", "parts.sql", "shadow.sql")
}
