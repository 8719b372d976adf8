package main

import (
	"fmt"

	"github.com/spf13/cobra"
)

func newMigrate(s *settings) *cobra.Command {
	return &cobra.Command{
		Use:   "migrate",
		Short: "升级数据库结构 / bring the database schema up to date",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			d, err := s.connect(cmd.Context(), use{command: "hongxian migrate"})
			if err != nil {
				return err
			}
			defer d.Close()
			from, to, err := d.migrate(cmd.Context())
			if err != nil {
				return err
			}
			if from == to {
				fmt.Fprintf(cmd.OutOrStdout(), "数据库结构已是最新（第 %d 版）。\nThe schema is up to date (step %d).\n", to, to)
				return nil
			}
			fmt.Fprintf(cmd.OutOrStdout(), "数据库结构已从第 %d 版升级到第 %d 版。\nThe schema was brought from step %d to step %d.\n", from, to, from, to)
			return nil
		},
	}
}
