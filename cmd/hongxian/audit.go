package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/user"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"hongxian/geodata"
	"hongxian/internal/audit"
)

// addAudit adds the flags of the trail's retention.
func (f *serveFlags) addAudit(flags *pflag.FlagSet) {
	flags.IntVar(&f.kept.Days, "audit-keep", audit.DefaultKept, "审计条目在库中保留的天数，至少 180，0 为永久；更早的按月归档到文件 / days that audit entries stay in the database, at least 180, 0: for ever; older ones go into files by the month")
	flags.StringVar(&f.kept.Folder, "audit-folder", "", "归档文件的目录，缺省为数据目录下的 audit / folder of these files; default: audit in the data folder")
}

// retention is how long entries are kept, and where they go.
func (f serveFlags) retention() audit.Retention {
	r := f.kept
	r.Folder = cmp.Or(r.Folder, filepath.Join(f.data, "audit"))
	return r
}

// keepTrail gives audit entries their places in the chain until the returned function
// is called, which is after the last of them was written.
func (d *database) keepTrail(ctx context.Context) (stop func()) {
	return beside(ctx, func(ctx context.Context) { (&audit.Trail{DB: d.pool}).Keep(ctx, slog.Default()) })
}

// retainTrail cuts what is old enough from the chain until the returned function is
// called.
func (d *database) retainTrail(ctx context.Context, r audit.Retention) (stop func()) {
	return beside(ctx, func(ctx context.Context) { (&audit.Trail{DB: d.pool}).Retain(ctx, r, slog.Default()) })
}

// beside runs something until the returned function is called, which waits for its end.
func beside(ctx context.Context, run func(context.Context)) (stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	done := make(chan struct{})
	go func() {
		defer close(done)
		run(ctx)
	}()
	return func() { cancel(); <-done }
}

func newAudit(s *settings) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "audit",
		Short: "审计日志：核验、导出、归档 / the audit trail: verify, export, cut",
	}
	cmd.AddCommand(auditVerify(s), auditExport(s))
	return cmd
}

func auditVerify(s *settings) *cobra.Command {
	var expect []string
	cmd := &cobra.Command{
		Use:   "verify [FILE]",
		Short: "核验审计链，或一个导出的文件；有断点时以退出码 1 结束 / follow the chain, or an exported file; exits with 1 where it breaks",
		Args:  cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			var heads []audit.Head
			for _, text := range expect {
				h, err := audit.ParseHead(text)
				if err != nil {
					return err
				}
				heads = append(heads, h)
			}
			v, err := s.verifyAudit(cmd.Context(), args, heads)
			if err != nil {
				return err
			}
			return printTrail(cmd.OutOrStdout(), v)
		},
	}
	cmd.Flags().StringArrayVar(&expect, "expect", nil, "另处记下的链头 高度:哈希，链中必须有，可重复 / a head noted elsewhere, height:hash, may be repeated")
	return cmd
}

func (s *settings) verifyAudit(ctx context.Context, files []string, expect []audit.Head) (*audit.Verification, error) {
	if len(files) == 1 {
		f, err := os.Open(files[0])
		if err != nil {
			return nil, fileMissing(files[0], err)
		}
		defer f.Close()
		return audit.VerifyFile(f, expect...)
	}
	d, err := s.openDatabase(ctx, use{command: "hongxian audit"})
	if err != nil {
		return nil, err
	}
	defer d.Close()
	return (&audit.Trail{DB: d.pool}).Verify(ctx, expect...)
}

// printTrail says what was found; a chain that breaks is a "no".
func printTrail(w io.Writer, v *audit.Verification) error {
	for _, b := range v.Breaks {
		fmt.Fprintf(w, "%s\n%s\n", b.ZH, b.EN)
	}
	for _, h := range v.Expect {
		fmt.Fprintf(w, "链中没有 %s。\nThe chain does not have %s.\n", h, h)
	}
	if !v.Whole() {
		return &geodata.Error{Kind: geodata.Refused, Code: "audit-broken",
			ZH: fmt.Sprintf("审计链不完整：%d 处断点。", v.Broken+int64(len(v.Expect))), EN: fmt.Sprintf("The audit trail does not hold: %d breaks.", v.Broken+int64(len(v.Expect)))}
	}
	_, err := fmt.Fprintf(w, "审计链完整：%d 条，第 %d 至 %d 条，链头 %s。\nThe audit trail holds: %d entries, %d to %d, head %s.\n",
		v.Entries, v.First, v.Head.Height, v.Head, v.Entries, v.First, v.Head.Height, v.Head)
	return err
}

func auditExport(s *settings) *cobra.Command {
	var out, before string
	var cut bool
	cmd := &cobra.Command{
		Use:   "export -o FILE",
		Short: "导出审计日志，每行一条 JSON；--cut 导出后从库中移除 / write the entries as JSON lines; --cut removes them from the database then",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			day, err := parseDay(before)
			if err != nil {
				return err
			}
			if cut && day == nil {
				return &geodata.Error{Kind: geodata.Invalid, Code: "audit-cut-when", ZH: "--cut 须与 --before 同用。", EN: "--cut needs --before."}
			}
			d, err := s.openDatabase(cmd.Context(), use{command: "hongxian audit"})
			if err != nil {
				return err
			}
			defer d.Close()
			return d.exportAudit(cmd, out, day, cut)
		},
	}
	flags := cmd.Flags()
	flags.StringVarP(&out, "output", "o", "", "写入的文件 / the file to write")
	flags.StringVar(&before, "before", "", "只含此日（UTC）之前的 2026-01-01 / only entries before this day, UTC")
	flags.BoolVar(&cut, "cut", false, "写好文件后从库中移除，并留下其哈希 / remove them once the file is safe; their hash stays")
	_ = cmd.MarkFlagRequired("output")
	return cmd
}

// exportAudit writes the file, and with cut removes what it holds: in that order.
func (d *database) exportAudit(cmd *cobra.Command, out string, before *time.Time, cut bool) error {
	var day time.Time
	if before != nil {
		day = *before
	}
	trail, ctx := &audit.Trail{DB: d.pool}, cmd.Context()
	var s audit.Stretch
	var err error
	if cut {
		s, err = trail.CutTo(ctx, out, day)
	} else {
		err = writeWhole(out, func(f *os.File) error {
			s, err = trail.Export(ctx, f, day)
			return err
		})
	}
	if err != nil {
		return err
	}
	done, en := "已导出", "Exported"
	if cut {
		done, en = "已归档并移除", "Cut"
	}
	_, err = fmt.Fprintf(cmd.OutOrStdout(), "%s %d 条审计日志到 %s，链头 %s。\n%s %d audit entries to %s, head %s.\n", done, s.Entries, out, s.Head, en, s.Entries, out, s.Head)
	return err
}

// operator is who runs a command, as the audit trail has it.
func operator() audit.By {
	by := audit.By{Who: "local:", Role: "local"}
	if u, err := user.Current(); err == nil {
		by.Who += u.Username
	}
	return by
}
