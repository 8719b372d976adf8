package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"regexp"

	"github.com/spf13/cobra"

	"hongxian/geodata"
	"hongxian/geodata/postgis"
	"hongxian/internal/answer"
	"hongxian/internal/record"
	"hongxian/internal/report"
	"hongxian/internal/report/stats"
)

func newVerify(s *settings) *cobra.Command {
	return &cobra.Command{
		Use:   "verify REPORT|CODE",
		Short: "查验报告：按报告文件、验证码或编号 / confirm a report by its file, code or id",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			id, err := identityOf(args[0])
			if err != nil {
				return err
			}
			d, err := s.openDatabase(cmd.Context(), use{command: "hongxian verify"})
			if err != nil {
				return err
			}
			defer d.Close()
			kept, err := (&record.Keeper{DB: d.pool}).Get(cmd.Context(), "", id)
			if err != nil {
				return err
			}
			if kept.Kind == answer.KindOverlaps {
				return d.verifyOverlaps(cmd.Context(), cmd.OutOrStdout(), kept.ID)
			}
			if kept.Kind == answer.KindStats {
				return d.verifyStats(cmd.Context(), cmd.OutOrStdout(), kept.ID)
			}
			if kept.Kind == answer.KindChange {
				return d.verifyChange(cmd.Context(), cmd.OutOrStdout(), kept.ID)
			}
			v, err := d.verifier().Verify(cmd.Context(), kept.ID)
			if err != nil {
				return err
			}
			printVerification(cmd.OutOrStdout(), v)
			if !v.Confirmed() {
				return notConfirmed()
			}
			return nil
		},
	}
}

func notConfirmed() error {
	return &geodata.Error{Kind: geodata.Refused, Code: "not-confirmed",
		ZH: "重新计算的结果与留存的不一致，报告未能确认。", EN: "Computed again the figures differ from those kept; the report is not confirmed."}
}

// verifyStats confirms that a township table is kept, that it adds up as printed,
// and that the versions it names still have the digests it names.
func (d *database) verifyStats(ctx context.Context, w io.Writer, id string) error {
	s, _, err := d.tables("").Kept(ctx, "", id)
	if err != nil {
		return err
	}
	day := s.CreatedAt.Format("2006-01-02")
	fmt.Fprintf(w, "统计表属实：%s，%s 留存，乡镇版本 %s，%d 列。\n", report.Code(s.Id), day, s.Townships, len(s.Columns))
	fmt.Fprintf(w, "Kept: %s, a township table of %s by %s, %d columns.\n", s.Id, day, s.Townships, len(s.Columns))
	moved := false
	for _, v := range s.Versions {
		ref, err := geodata.ParseVersionRef(v.Ref)
		if err != nil {
			return err
		}
		held, err := (&postgis.Catalogue{DB: d.pool}).Resolve(ctx, ref)
		if err != nil || held.Digest != v.Digest {
			moved = true
			fmt.Fprintf(w, "  版本已不是原来的数据 no longer the same data: %s\n", v.Ref)
		}
	}
	if err := stats.Closes(s); err != nil || moved {
		return notConfirmed()
	}
	fmt.Fprintln(w, "印出的数相加无误，所列版本的数据未变；数值没有重新计算。\nIt adds up as printed and its versions' data are unchanged; the figures were not computed again.")
	return nil
}

// verifyChange confirms a kept comparison of versions.
func (d *database) verifyChange(ctx context.Context, w io.Writer, id string) error {
	v, err := d.changes().Verify(ctx, id)
	if err != nil {
		return err
	}
	c, day := v.Change, v.Change.CreatedAt.Format("2006-01-02")
	net := report.Hectares(geodata.Area(c.NetM2))
	fmt.Fprintf(w, "报告属实：%s，%s 面积变化核查，%s 与 %s 相比净变化 %s 公顷。\n", report.Code(c.Id), day, c.To, c.From, net)
	fmt.Fprintf(w, "Kept: %s, compared on %s, %s against %s, net %s ha.\n", c.Id, day, c.To, c.From, net)
	for _, x := range v.Deviations {
		fmt.Fprintf(w, "  不一致 differs: %s\n", x)
	}
	if !v.Confirmed() {
		return notConfirmed()
	}
	fmt.Fprintln(w, "对相同版本重新比较，结果一致。\nCompared again, the same versions give the same figures.")
	return nil
}

// verifyOverlaps confirms a kept answer on how layers lie on each other.
func (d *database) verifyOverlaps(ctx context.Context, w io.Writer, id string) error {
	was, deviations, err := d.overlaps().Verify(ctx, id)
	if err != nil {
		return err
	}
	day, shared := was.CreatedAt.Format("2006-01-02"), geodata.Area(was.SharedM2).In(geodata.SquareMetre, 2)
	fmt.Fprintf(w, "报告属实：%s，%s 范围重叠分析，重叠范围 %s 平方米。\n", report.Code(was.Id), day, shared)
	fmt.Fprintf(w, "Kept: %s, overlaps measured on %s, %s m² shared.\n", was.Id, day, shared)
	for _, x := range deviations {
		fmt.Fprintf(w, "  不一致 differs: %s\n", x)
	}
	if len(deviations) > 0 {
		return notConfirmed()
	}
	_, err = fmt.Fprintln(w, "对相同版本重新计算，结果一致。\nComputed again against the same versions, the figures agree.")
	return err
}

var wholeIdentity = regexp.MustCompile(`^[0-9a-f]{64}$`)

// identityOf finds the check's identity in a report's file, a code or an id.
func identityOf(text string) (string, error) {
	if file, err := os.Open(text); err == nil {
		defer file.Close()
		return report.FindCode(file)
	}
	if wholeIdentity.MatchString(text) {
		return text, nil
	}
	return report.ParseCode(text)
}

func printVerification(w io.Writer, v *answer.Verification) {
	c := v.Check
	fmt.Fprintf(w, "报告属实：%s，%s 核查，地块“%s”，%s 平方米。\n", report.Code(c.Id), c.CreatedAt.Format("2006-01-02"), c.Site.Name, geodata.Area(c.Site.AreaM2).In(geodata.SquareMetre, 2))
	fmt.Fprintf(w, "Kept: %s, checked on %s, %q, %s m².\n", c.Id, c.CreatedAt.Format("2006-01-02"), c.Site.Name, geodata.Area(c.Site.AreaM2).In(geodata.SquareMetre, 2))
	if v.Parcels > 0 {
		fmt.Fprintf(w, "含 %d 个地块及其合并结果。\nIt holds %d parcels and their whole.\n", v.Parcels, v.Parcels)
	}
	for _, d := range v.Deviations {
		fmt.Fprintf(w, "  不一致 differs: %s\n", d)
	}
	if v.Confirmed() {
		fmt.Fprintln(w, "对相同版本重新计算，结果一致。\nComputed again against the same versions, the figures agree.")
	}
	for _, x := range v.Changes {
		if x.RefOnly {
			fmt.Fprintf(w, "  现行版本已更新，结果相同 newer version, same answer: %s %s → %s\n", x.Title, x.WasRef, x.IsRef)
			continue
		}
		fmt.Fprintf(w, "  按现行版本已不同 different today: %s %s %s → %s %s 公顷 ha\n", x.Title, x.WasRef, x.WasArea.In(geodata.Hectare, 4), x.IsRef, x.IsArea.In(geodata.Hectare, 4))
	}
}
