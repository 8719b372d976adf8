package main

import (
	"context"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"hongxian/geodata"
	"hongxian/internal/answer"
	"hongxian/internal/change"
	"hongxian/internal/report"
)

// changeFlags say what a comparison is wanted as.
type changeFlags struct {
	format, out       string
	requireNoDecrease bool
}

func newChange(s *settings) *cobra.Command {
	var f changeFlags
	cmd := &cobra.Command{
		Use:   "change LAYER@FROM LAYER@TO",
		Short: "面积变化核查：比较两个版本 / compare two versions of a layer",
		Args:  cobra.ExactArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			r, err := f.request(args[0], args[1])
			if err != nil {
				return err
			}
			d, err := s.openDatabase(cmd.Context(), use{command: "hongxian change"})
			if err != nil {
				return err
			}
			defer d.Close()
			return d.change(cmd.Context(), r, f, cmd.OutOrStdout())
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&f.format, "format", "table", "结果格式 table、json、pdf、xlsx、geojson、gpkg、png、svg / format of the result")
	flags.StringVarP(&f.out, "out", "o", "", "写入文件 / write to a file")
	flags.BoolVar(&f.requireNoDecrease, "require-no-decrease", false, "面积减少时以退出码 1 结束 / exit with 1 when the area decreases")
	return cmd
}

// request reads the arguments before the database is opened.
func (f changeFlags) request(from, to string) (change.Request, error) {
	var r change.Request
	if _, isPaper := answer.ChangeFormatOf(f.format); !isPaper && f.format != "table" && f.format != "json" {
		return r, &geodata.Error{Kind: geodata.Invalid, Code: "format-unknown",
			ZH: fmt.Sprintf("不认识的结果格式“%.20s”，可用 table、json、pdf、xlsx、geojson、gpkg、png、svg。", f.format),
			EN: fmt.Sprintf("Unknown format %.20q; use table, json, pdf, xlsx, geojson, gpkg, png or svg.", f.format)}
	}
	var err error
	if r.From, err = labelledRef(from); err != nil {
		return r, err
	}
	r.To, err = geodata.ParseVersionRef(to) // without a label: the version in force
	return r, err
}

func (d *database) change(ctx context.Context, r change.Request, f changeFlags, w io.Writer) error {
	a, found, err := d.changes().Answer(ctx, r)
	if err != nil {
		return err
	}
	text := string(a.Body)
	if format, isPaper := answer.ChangeFormatOf(f.format); isPaper {
		body, err := d.changePapers("", nil).Write(ctx, found.CountyCode, a.ID, format)
		if err != nil {
			return err
		}
		text = string(body)
	}
	if f.format == "table" {
		if text, err = report.ChangeTable(a.Body); err != nil {
			return err
		}
	}
	if err := writeOut(f.out, w, text); err != nil {
		return err
	}
	if f.requireNoDecrease && !found.Verdict.NotDecreased {
		return &geodata.Error{Kind: geodata.Refused, Code: "area-decreased",
			ZH: fmt.Sprintf("%s 较 %s 面积减少 %s 公顷。", found.To.Ref, found.From.Ref, report.Hectares(-found.Whole.Net)),
			EN: fmt.Sprintf("%s is %s ha smaller than %s.", found.To.Ref, report.Hectares(-found.Whole.Net), found.From.Ref)}
	}
	return nil
}
