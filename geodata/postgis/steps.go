package postgis

import (
	"context"
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"fmt"
	"io/fs"

	"github.com/jackc/pgx/v5"
	"github.com/pressly/goose/v3"

	"hongxian/geodata"
	"hongxian/geodata/postgis/migrations"
)

var (
	//go:embed sql/digests_exist.sql
	digestsExist string
	//go:embed sql/steps_taken.sql
	stepsTaken string
	//go:embed sql/note_steps.sql
	noteSteps string
)

// steps are the digests of this program's schema steps, by their number.
func steps() (map[int64]string, error) {
	names, err := fs.Glob(migrations.FS, "*.sql")
	if err != nil {
		return nil, err
	}
	known := map[int64]string{}
	for _, name := range names {
		number, err := goose.NumericComponent(name)
		if err != nil {
			return nil, fmt.Errorf("migration %s: %w", name, err)
		}
		text, err := fs.ReadFile(migrations.FS, name)
		if err != nil {
			return nil, err
		}
		sum := sha256.Sum256(text)
		known[number] = hex.EncodeToString(sum[:])
	}
	return known, nil
}

// checkSteps compares the steps that were taken with this program's: the highest number
// alone would take another program's schema for this one's. Errors: Conflict where one
// is missing, unknown here, or another.
func checkSteps(ctx context.Context, db querier) error {
	var kept bool
	if err := db.QueryRow(ctx, digestsExist).Scan(&kept); err != nil {
		return fmt.Errorf("look for the schema's digests: %w", err)
	}
	if !kept {
		return nil // of a release that did not keep them
	}
	known, err := steps()
	if err != nil {
		return err
	}
	rows, err := db.Query(ctx, stepsTaken)
	if err != nil {
		return fmt.Errorf("read the schema's steps: %w", err)
	}
	taken := map[int64]string{}
	var number, last int64
	var digest string
	_, err = pgx.ForEachRow(rows, []any{&number, &digest}, func() error {
		taken[number], last = digest, number
		return nil
	})
	if err != nil {
		return fmt.Errorf("read the schema's steps: %w", err)
	}
	return compareSteps(taken, known, last)
}

// compareSteps is of the steps up to the last one taken, in their order.
func compareSteps(taken, known map[int64]string, last int64) error {
	for number := int64(1); number <= last; number++ {
		is, isTaken := taken[number]
		should, isKnown := known[number]
		switch {
		case isTaken && !isKnown:
			return otherSchema(number, "本程序没有这一步", "this program has no such step")
		case isKnown && !isTaken:
			return otherSchema(number, "数据库缺这一步", "the database lacks that step")
		case is != "" && is != should:
			return otherSchema(number, "内容与本程序的不同", "it is not the one of this program")
		}
	}
	return nil
}

func otherSchema(number int64, zh, en string) error {
	return &geodata.Error{Kind: geodata.Conflict, Code: "schema-other",
		ZH: fmt.Sprintf("数据库结构的第 %d 步：%s。这个库不是由本程序的各正式版本升级而来，未作改动；请换用建立它的程序，或从备份恢复。", number, zh),
		EN: fmt.Sprintf("Step %d of the database schema: %s. The database does not come from releases of this program and was left alone; use the program that made it, or restore a backup.", number, en)}
}

// noteTaken keeps what the steps were that were taken.
func noteTaken(ctx context.Context, db Querier) error {
	known, err := steps()
	if err != nil {
		return err
	}
	var versions []int64
	var digests []string
	for number, digest := range known {
		versions, digests = append(versions, number), append(digests, digest)
	}
	if _, err := db.Exec(ctx, noteSteps, pgx.StrictNamedArgs{"versions": versions, "digests": digests}); err != nil {
		return fmt.Errorf("note the schema's steps: %w", err)
	}
	return nil
}
