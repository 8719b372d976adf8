package main

import (
	"fmt"
	"io"
	"os"
	"regexp"

	"github.com/spf13/cobra"

	"hongxian/geodata"
	"hongxian/internal/answer"
	"hongxian/internal/report"
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
			v, err := d.verifier().Verify(cmd.Context(), id)
			if err != nil {
				return err
			}
			printVerification(cmd.OutOrStdout(), v)
			return outcomeOf(v)
		},
	}
}

// outcomeOf is nil for an answer that is kept and comes out the same again.
func outcomeOf(v *answer.Verification) error {
	switch {
	case len(v.Deviations) > 0:
		return &geodata.Error{Kind: geodata.Refused, Code: "not-confirmed",
			ZH: "重新计算的结果与留存的不一致，报告未能确认。", EN: "Computed again the figures differ from those kept; the report is not confirmed."}
	case v.NotRecomputed != nil:
		return &geodata.Error{Kind: geodata.Refused, Code: "not-recomputed",
			ZH: "结果有留存，但未能重新计算：" + v.NotRecomputed.ZH, EN: "The answer is kept, but could not be computed again: " + v.NotRecomputed.EN}
	}
	return nil
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
	zh, en := keptLines(v)
	fmt.Fprintf(w, "有留存：%s，%s。\nKept: %s, %s.\n", report.Code(v.Kept.ID), zh, v.Kept.ID, en)
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

// keptLines say what is kept, to be held against the paper.
func keptLines(v *answer.Verification) (zh, en string) {
	squareMetres := func(area float64) string { return geodata.Area(area).In(geodata.SquareMetre, 2) }
	const day = "2006-01-02"
	switch {
	case v.Change != nil:
		c, net := v.Change, report.Hectares(geodata.Area(v.Change.NetM2))
		return fmt.Sprintf("%s 面积变化核查，%s 与 %s 相比净变化 %s 公顷", c.CreatedAt.Format(day), c.To, c.From, net),
			fmt.Sprintf("compared on %s, %s against %s, net %s ha", c.CreatedAt.Format(day), c.To, c.From, net)
	case v.Overlaps != nil:
		o, shared := v.Overlaps, squareMetres(v.Overlaps.SharedM2)
		return fmt.Sprintf("%s 范围重叠分析，重叠范围 %s 平方米", o.CreatedAt.Format(day), shared),
			fmt.Sprintf("overlaps measured on %s, %s m² shared", o.CreatedAt.Format(day), shared)
	case v.Stats != nil:
		s := v.Stats
		return fmt.Sprintf("%s 乡镇统计表，乡镇版本 %s，%d 列", s.CreatedAt.Format(day), s.Townships, len(s.Columns)),
			fmt.Sprintf("a township table of %s by %s, %d columns", s.CreatedAt.Format(day), s.Townships, len(s.Columns))
	}
	c := v.Check
	return fmt.Sprintf("%s 核查，地块“%s”，%s 平方米", c.CreatedAt.Format(day), c.Site.Name, squareMetres(c.Site.AreaM2)),
		fmt.Sprintf("checked on %s, %q, %s m²", c.CreatedAt.Format(day), c.Site.Name, squareMetres(c.Site.AreaM2))
}
