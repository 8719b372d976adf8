package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"hongxian/geodata/postgis"
	"hongxian/internal/audit"
	"hongxian/internal/backup"
)

func newRestore(s *settings) *cobra.Command {
	replace := false
	cmd := &cobra.Command{
		Use:   "restore FILE",
		Short: "从备份文件恢复全部数据，须先停止服务 / bring a backup back; stop the server first",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			// Exclusive: a server beside us would go on with what it remembers.
			d, err := s.connect(cmd.Context(), use{command: "hongxian restore", exclusive: true})
			if err != nil {
				return err
			}
			defer d.Close()
			dsn := d.dsn()
			d.pool.Close() // a restore wants the database to itself
			if err := backup.Restore(cmd.Context(), dsn, args[0], replace); err != nil {
				return err
			}
			if err := noteRestore(cmd.Context(), dsn); err != nil {
				return err
			}
			fmt.Fprintf(cmd.OutOrStdout(), "已从 %s 恢复。\nRestored from %s.\n", args[0], args[0])
			return nil
		},
	}
	cmd.Flags().BoolVar(&replace, "replace", false, "替换库中现有的全部数据 / give up everything the database holds")
	return cmd
}

// noteRestore tells the audit trail that came back with the backup, which may be of an
// older schema without one.
func noteRestore(ctx context.Context, dsn string) error {
	pool, err := postgis.Open(ctx, dsn)
	if err != nil {
		return err
	}
	defer pool.Close()
	if postgis.CheckReady(ctx, pool) != nil {
		return nil
	}
	return audit.Write(ctx, pool, audit.Entry{Action: "restore"})
}
