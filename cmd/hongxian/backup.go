package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"hongxian/geodata"
	"hongxian/internal/backup"
)

func newBackup(s *settings) *cobra.Command {
	var overwrite bool
	var base string
	var keep int
	cmd := &cobra.Command{
		Use:   "backup OUT | --base DIR",
		Short: "备份：全部数据到一个文件，或基础备份加持续归档；可在服务运行时进行 / write everything to one file, or a base backup with continuous archiving; also while the server runs",
		Args:  cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if (base == "") == (len(args) == 0) {
				return oneOf("OUT", "--base")
			}
			d, err := s.openDatabase(cmd.Context(), use{command: "hongxian backup"})
			if err != nil {
				return err
			}
			defer d.Close()
			if base != "" {
				return d.takeBase(cmd, base, keep)
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
	cmd.Flags().StringVar(&base, "base", "", "基础备份的目录；此后数据库日志持续归档到这里 / folder of base backups; the database's log is archived there from now on")
	cmd.Flags().IntVar(&keep, "keep", 0, "保留最新几份基础备份及其后的日志，0 为全部 / how many base backups stay, with the log after them; 0: all")
	return cmd
}

// takeBase is backup --base.
func (d *database) takeBase(cmd *cobra.Command, folder string, keep int) error {
	if d.cluster == nil {
		return privateOnly()
	}
	b, err := backup.TakeBase(cmd.Context(), d.cluster, folder, keep)
	if err != nil {
		return err
	}
	fmt.Fprintf(cmd.OutOrStdout(), "基础备份已存入 %s（%.1f MB），此后的改动持续归档，最迟五分钟。\nA base backup is in %s (%.1f MB); what changes from now on is archived there, within five minutes.\n",
		folder, float64(b.Bytes)/1e6, folder, float64(b.Bytes)/1e6)
	return nil
}

// privateOnly says whose work physical backups of a named server are.
func privateOnly() error {
	return &geodata.Error{Kind: geodata.Invalid, Code: "private-only",
		ZH: "--base 只用于数据目录下的私有库；--database 指定的库请用其自己的工具（如 pgBackRest），或用 hongxian backup 文件名。",
		EN: "--base is for the private database of the data folder; a server named by --database has tools of its own (pgBackRest), or use hongxian backup FILE."}
}

func oneOf(a, b string) error {
	return &geodata.Error{Kind: geodata.Invalid, Code: "usage",
		ZH: fmt.Sprintf("请给出 %s 或 %s，二者之一。", a, b), EN: fmt.Sprintf("Give %s or %s, one of them.", a, b)}
}
