package change_test

import (
	"os"
	"testing"

	"hongxian/internal/pgtest"
)

func TestStatementsPrepare(t *testing.T) {
	pgtest.Prepare(t, os.DirFS("sql"), "faces.sql", "shared.sql", "parts.sql", "pieces.sql", "cores.sql")
}
