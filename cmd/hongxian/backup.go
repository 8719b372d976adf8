package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"hongxian/internal/audit"
	"hongxian/internal/backup"
)

func newBackup(s *settings) *cobra.Command {
	overwrite := false
	cmd := &cobra.Command{
		Use:   "backup OUT",
		Short: "将全部数据备份到一个文件，可在服务运行时进行 / write everything to one file, also while the server runs",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			d, err := s.openDatabase(cmd.Context(), use{command: "hongxian backup"})
			if err != nil {
				return err
			}
			defer d.Close()
			if err := audit.Write(cmd.Context(), d.pool, audit.Entry{Action: "backup"}); err != nil {
				return err
			}
			size, err := backup.Dump(cmd.Context(), d.dsn(), args[0], overwrite)
			if err != nil {
				return err
			}
			fmt.Fprintf(cmd.OutOrStdout(), "已备份到 %s（%.1f MB）。\nBacked up to %s (%.1f MB).\n",
				args[0], float64(size)/1e6, args[0], float64(size)/1e6)
			return nil
		},
	}
	cmd.Flags().BoolVar(&overwrite, "overwrite", false, "覆盖已有文件 / replace an existing file")
	return cmd
}
