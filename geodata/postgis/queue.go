package postgis

import (
	"context"
	_ "embed"
	"fmt"
	"log/slog"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/rivermigrate"

	"hongxian/geodata"
)

// QueueVersion is the step of River's own schema that this program works with. A
// River with newer migrations fails a test, so that the number is raised knowingly.
const QueueVersion = 8

//go:embed sql/queue_exists.sql
var queueExists string

//go:embed sql/queue_version.sql
var queueVersion string

// heldQueue is the step of River's schema in the database, 0 when it has none.
func heldQueue(ctx context.Context, db querier) (int64, error) {
	var exists bool
	if err := db.QueryRow(ctx, queueExists).Scan(&exists); err != nil {
		return 0, fmt.Errorf("look for the queue's schema: %w", err)
	}
	if !exists {
		return 0, nil
	}
	var held int64
	if err := db.QueryRow(ctx, queueVersion).Scan(&held); err != nil {
		return 0, fmt.Errorf("read the queue's version: %w", err)
	}
	return held, nil
}

// checkQueue refuses a queue whose schema is another than this program's.
func checkQueue(ctx context.Context, db querier) error {
	held, err := heldQueue(ctx, db)
	if err != nil {
		return err
	}
	switch {
	case held < QueueVersion:
		return &geodata.Error{Kind: geodata.Conflict, Code: "schema-behind",
			ZH: fmt.Sprintf("任务队列的数据库结构为第 %d 版，本程序需要第 %d 版，请先运行 hongxian migrate。", held, QueueVersion),
			EN: fmt.Sprintf("The job queue's schema is at step %d, this program needs step %d; run hongxian migrate first.", held, QueueVersion)}
	case held > QueueVersion:
		return queueNewer(held)
	}
	return nil
}

func queueNewer(held int64) error {
	return &geodata.Error{Kind: geodata.Conflict, Code: "schema-newer",
		ZH: fmt.Sprintf("任务队列的数据库结构为第 %d 版，比本程序（第 %d 版）新，请换用更新的 hongxian。", held, QueueVersion),
		EN: fmt.Sprintf("The job queue's schema is at step %d, newer than this program (step %d); use a newer hongxian.", held, QueueVersion)}
}

// migrateQueue brings River's schema to QueueVersion. The caller holds the
// migration lock. Each step commits on its own, so one that was cut off goes on
// where it stopped.
func migrateQueue(ctx context.Context, pool *pgxpool.Pool) error {
	held, err := heldQueue(ctx, pool)
	if err != nil || held == QueueVersion {
		return err
	}
	if held > QueueVersion {
		return queueNewer(held)
	}
	config := pool.Config()
	config.ConnConfig.RuntimeParams["statement_timeout"] = "0"
	config.ConnConfig.RuntimeParams["application_name"] = "hongxian migrate"
	config.MaxConns, config.MinConns = 1, 0
	patient, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return unreachable(err)
	}
	defer patient.Close()
	migrator, err := rivermigrate.New(riverpgxv5.New(patient), &rivermigrate.Config{Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		return fmt.Errorf("read the queue's migrations: %w", err)
	}
	if _, err := migrator.Migrate(ctx, rivermigrate.DirectionUp, &rivermigrate.MigrateOpts{TargetVersion: QueueVersion}); err != nil {
		return fmt.Errorf("migrate the queue: %w", err)
	}
	return nil
}
