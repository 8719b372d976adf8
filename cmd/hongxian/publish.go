package main

import (
	"context"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"hongxian/geodata"
	"hongxian/internal/publish"
	"hongxian/internal/township"
)

// preparers is all the work that is done once, when a version is put in force.
func preparers() []publish.Preparer {
	return []publish.Preparer{publish.Faces{}, townshipShares{township.Divider{Describe: statisticsOf}}}
}

func newPublish(s *settings) *cobra.Command {
	return &cobra.Command{
		Use:   "publish LAYER@LABEL",
		Short: "发布草稿，使其成为现行版本 / put a draft in force",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			ref, err := labelledRef(args[0])
			if err != nil {
				return err
			}
			d, err := s.openDatabase(cmd.Context(), use{command: "hongxian publish"})
			if err != nil {
				return err
			}
			defer d.Close()
			result, err := d.publish(cmd.Context(), ref, newMeter(cmd.ErrOrStderr()))
			if err != nil {
				return err
			}
			printPublished(cmd.OutOrStdout(), result)
			return nil
		},
	}
}

func (d *database) publish(ctx context.Context, ref geodata.VersionRef, m *meter) (*publish.Result, error) {
	defer m.finish()
	publisher := &publish.Publisher{DB: d.pool, Preparers: preparers()}
	return publisher.Publish(ctx, ref, m.share)
}

func printPublished(w io.Writer, r *publish.Result) {
	fmt.Fprintf(w, "%s 已生效：%d 个图斑，%s 公顷，用时 %.1f 秒。\n", r.Version.Ref(), r.Version.Features, r.Version.Area.In(geodata.Hectare, 4), r.Took.Seconds())
	fmt.Fprintf(w, "%s is in force: %d features, %s ha, %.1f s.\n", r.Version.Ref(), r.Version.Features, r.Version.Area.In(geodata.Hectare, 4), r.Took.Seconds())
	if r.Superseded != "" {
		fmt.Fprintf(w, "原现行版本 @%s 已被替代，仍可按版本号查询。\nVersion @%s is superseded and still answers by its label.\n", r.Superseded, r.Superseded)
	}
	for _, p := range r.Prepared {
		fmt.Fprintf(w, "  准备 prepared %s: %.1f s\n", p.Preparer, p.Took.Seconds())
	}
	for _, warning := range r.Warnings {
		fmt.Fprintf(w, "注意：%s\nNote: %s\n", warning.ZH, warning.EN)
	}
}
