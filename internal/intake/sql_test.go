package intake_test

import (
	"os"
	"testing"

	"hongxian/internal/pgtest"
)

func TestStatementsPrepare(t *testing.T) {
	pgtest.Prepare(t, os.DirFS("sql"))
}
