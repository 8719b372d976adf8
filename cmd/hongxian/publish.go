package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/spf13/cobra"

	"hongxian/geodata"
	"hongxian/internal/publish"
	"hongxian/internal/report"
	"hongxian/internal/township"
	"hongxian/tiles"
	"hongxian/tiles/bake"
)

// preparers is all the work that is done once, when a version is put in force.
func (d *database) preparers() []publish.Preparer {
	return []publish.Preparer{publish.Faces{}, townshipShares{township.Divider{Describe: statisticsOf}},
		tileBaking{tiles.Baking{DB: d.pool}}}
}

// tileBaking draws tiles as part of a publication.
type tileBaking struct{ tiles.Baking }

// Name implements publish.Preparer.
func (tileBaking) Name() string { return "tiles" }

// Prepare implements publish.Preparer. The tiles commit zoom by zoom.
func (b tileBaking) Prepare(ctx context.Context, tx pgx.Tx, v geodata.Version, progress func(float64)) ([]publish.Warning, error) {
	begun, share := time.Now(), bakeShare.WithLabelValues(v.Ref().String())
	defer bakeShare.DeleteLabelValues(v.Ref().String())
	zooms, err := b.Bake(ctx, tx, v, func(done float64) { share.Set(done); progress(done) })
	if err != nil {
		return nil, err
	}
	bakeSeconds.Observe(time.Since(begun).Seconds())
	warnings := heavyTiles(zooms)
	for _, w := range warnings {
		slog.WarnContext(ctx, "tiles are too large", "version", v.Ref().String(), "tiles", w.EN)
	}
	return warnings, nil
}

// heavyTiles warns of tiles that are too large whatever was tried, zoom by zoom.
func heavyTiles(zooms []bake.Zoom) (warnings []publish.Warning) {
	for _, z := range zooms {
		if len(z.TooLarge) == 0 {
			continue
		}
		heaviest := slices.MaxFunc(z.TooLarge, func(a, b bake.Weight) int { return cmp.Compare(a.Bytes, b.Bytes) })
		warnings = append(warnings, publish.Warning{Code: "tiles-too-large",
			ZH: fmt.Sprintf("第 %d 级有 %d 个瓦片超过 %d 字节，已照原样保存，地图在此级别会变慢；最大的是 %d/%d/%d，%d 字节。",
				z.Zoom, len(z.TooLarge), bake.MaxBytes, z.Zoom, heaviest.X, heaviest.Y, heaviest.Bytes),
			EN: fmt.Sprintf("%d tiles of zoom %d have more than %d bytes; they are kept as they are, and the map is slow there. The heaviest is %d/%d/%d with %d bytes.",
				len(z.TooLarge), z.Zoom, bake.MaxBytes, z.Zoom, heaviest.X, heaviest.Y, heaviest.Bytes)})
	}
	return warnings
}

// publishFlags confirm a loss, or findings.
type publishFlags struct {
	confirmLoss, acceptFindings bool
	basis                       string
}

func newPublish(s *settings) *cobra.Command {
	var f publishFlags
	cmd := &cobra.Command{
		Use:   "publish LAYER@LABEL",
		Short: "发布草稿，使其成为现行版本 / put a draft in force",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			ref, err := labelledRef(args[0])
			if err != nil {
				return err
			}
			consent, err := f.consent()
			if err != nil {
				return err
			}
			d, err := s.openDatabase(cmd.Context(), use{command: "hongxian publish"})
			if err != nil {
				return err
			}
			defer d.Close()
			result, err := d.publish(cmd.Context(), ref, consent, newMeter(cmd.ErrOrStderr()))
			if err != nil {
				return errors.Join(byFlags(err), printCompared(cmd.OutOrStdout(), refusedFor(err)))
			}
			if err := printCompared(cmd.OutOrStdout(), result.Compared); err != nil {
				return err
			}
			printPublished(cmd.OutOrStdout(), result)
			return nil
		},
	}
	flags := cmd.Flags()
	flags.BoolVar(&f.confirmLoss, "confirm-loss", false, "确认面积减少或调出，须同时写明 --basis / confirm that ground is lost; needs --basis")
	flags.BoolVar(&f.acceptFindings, "accept-findings", false, "质检问题已知悉，仍予发布，须同时写明 --basis / publish in spite of the quality report; needs --basis")
	flags.StringVar(&f.basis, "basis", "", "确认所依据的文件 / the document a confirmation rests on")
	return cmd
}

// consent is what is answered for. The flags go together: neither a confirmation
// without a document nor a document that confirms nothing is taken for what it is not.
func (f publishFlags) consent() (publish.Consent, error) {
	c := publish.Consent{Basis: strings.TrimSpace(f.basis), Loss: f.confirmLoss, Findings: f.acceptFindings}
	if (c.Loss || c.Findings) == (c.Basis != "") {
		return c, nil
	}
	return publish.Consent{}, &geodata.Error{Kind: geodata.Invalid, Code: "confirmation-incomplete",
		ZH: "--confirm-loss（或 --accept-findings）与 --basis 要同时给出：确认，并写明依据文件。", EN: "Give --confirm-loss (or --accept-findings) and --basis together: the confirmation, and the document it rests on."}
}

// publisher wires a publication.
func (d *database) publisher(c publish.Consent) *publish.Publisher {
	return &publish.Publisher{DB: d.pool, Preparers: d.preparers(), Inspector: inspector{d}, Gate: d.gate(), Consent: c}
}

func (d *database) publish(ctx context.Context, ref geodata.VersionRef, c publish.Consent, m *meter) (*publish.Result, error) {
	defer m.finish()
	return d.publisher(c).Publish(ctx, ref, m.share)
}

// byFlags says how a refusal is answered for on a command line; elsewhere there are no
// flags.
func byFlags(err error) error {
	flag := ""
	if defects := (*publish.DefectError)(nil); errors.As(err, &defects) {
		flag = "--accept-findings"
	} else if loss := (*publish.LossError)(nil); errors.As(err, &loss) {
		flag = "--confirm-loss"
	} else {
		return err
	}
	e := *geodata.AsError(err)
	e.ZH += "（命令行：" + flag + " --basis 文号）"
	e.EN += " (On the command line: " + flag + " --basis DOCUMENT.)"
	return &e
}

// refusedFor are the comparisons for which a publication was refused.
func refusedFor(err error) []publish.Comparison {
	if loss := (*publish.LossError)(nil); errors.As(err, &loss) {
		return loss.Comparisons
	}
	return nil
}

// printCompared shows what the version was compared with.
func printCompared(w io.Writer, compared []publish.Comparison) error {
	for _, c := range compared {
		table, err := report.ChangeTable(c.Body)
		if err != nil {
			return err
		}
		fmt.Fprintln(w, table)
	}
	return nil
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
