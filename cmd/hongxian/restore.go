package main

import (
	"context"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"hongxian/internal/backup"
	"hongxian/internal/localpg"
)

func newRestore(s *settings) *cobra.Command {
	var replace bool
	var base, moment string
	cmd := &cobra.Command{
		Use:   "restore FILE | --base DIR",
		Short: "从备份恢复全部数据，或恢复到某一时刻；须先停止服务 / bring a backup back, or a moment; stop the server first",
		Args:  cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if (base == "") == (len(args) == 0) {
				return oneOf("FILE", "--base")
			}
			from := base
			var err error
			if base != "" {
				err = s.restoreMoment(cmd, base, moment, replace)
			} else {
				from = args[0]
				err = s.restoreFile(cmd.Context(), from, replace)
			}
			if err != nil {
				return err
			}
			fmt.Fprintf(cmd.OutOrStdout(), "已从 %s 恢复。\nRestored from %s.\n", from, from)
			return nil
		},
	}
	cmd.Flags().BoolVar(&replace, "replace", false, "替换库中现有的全部数据 / give up everything the database holds")
	cmd.Flags().StringVar(&base, "base", "", "backup --base 的目录 / the folder of backup --base")
	cmd.Flags().StringVar(&moment, "to-time", "", "恢复到这一时刻（2026-11-26 08:30:00，本机时区），缺省为归档末尾 / the moment to restore; default: the archive's end")
	return cmd
}

func (s *settings) restoreFile(ctx context.Context, file string, replace bool) error {
	// Exclusive: a server beside us would go on with what it remembers.
	d, err := s.connect(ctx, use{command: "hongxian restore", exclusive: true})
	if err != nil {
		return err
	}
	defer d.Close()
	dsn := d.dsn()
	d.pool.Close() // a restore wants the database to itself
	return backup.Restore(ctx, dsn, file, replace)
}

// restoreMoment is restore --base. The restored database is opened once, which
// brings its schema up to date and proves that it can be used.
func (s *settings) restoreMoment(cmd *cobra.Command, folder, moment string, replace bool) error {
	if s.database() != "" {
		return privateOnly()
	}
	to, err := backup.ParseMoment(moment)
	if err != nil {
		return err
	}
	options := localpg.Options{Dir: s.data(), Command: "hongxian restore"}
	b, err := backup.RestoreMoment(cmd.Context(), options, folder, to, replace)
	if err != nil {
		return err
	}
	d, err := s.openDatabase(cmd.Context(), use{command: "hongxian restore", exclusive: true})
	if err != nil {
		return err
	}
	fmt.Fprintf(cmd.OutOrStdout(), "基础备份 %[1]s；恢复后的库不再归档，请重新运行 hongxian backup --base，换一个目录。\n"+
		"Base backup %[1]s; the restored database archives nothing until hongxian backup --base is run again, with another folder.\n",
		b.Started.Local().Format(time.DateTime))
	return d.Close()
}
