package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"hongxian/geodata"
	"hongxian/internal/answer"
	"hongxian/internal/openapi"
	"hongxian/internal/report"
)

// checkFlags say what to check a file against and how to answer.
type checkFlags struct {
	crs, name, county, format, out string
	against, choices               []string
	requireClear                   bool
	reading                        answer.Reading
}

func newCheck(s *settings) *cobra.Command {
	var f checkFlags
	cmd := &cobra.Command{
		Use:   "check FILE",
		Short: "核查项目地块与各图层的重叠 / check a site against the layers",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			question, err := f.question(args[0])
			if err != nil {
				return err
			}
			d, err := s.openDatabase(cmd.Context(), use{command: "hongxian check"})
			if err != nil {
				return err
			}
			defer d.Close()
			return d.check(cmd.Context(), question, f, cmd.OutOrStdout())
		},
	}
	flags := cmd.Flags()
	coordinates{&f.crs, &f.reading.Parameters, &f.reading.Datum, &f.reading.ConfirmCRS}.add(flags)
	flags.StringVar(&f.name, "name", "", "项目名称 / the project's name")
	flags.StringVar(&f.county, "county", "", "县代码，仅有一个县时可省略 / the county's code, where several are held")
	flags.StringArrayVar(&f.against, "against", nil, "对照版本，可重复 / version to check against, may be repeated (LAYER@LABEL)")
	flags.StringArrayVar(&f.choices, "choice", nil, "人工选择 问题=答案，可重复 / what a person decided, question=answer, may be repeated")
	flags.StringVar(&f.format, "format", "table", "结果格式 table、json、pdf、docx、xlsx、geojson、gpkg、txt、png / format of the answer")
	flags.StringVarP(&f.out, "out", "o", "", "写入文件 / write to a file")
	flags.Float64Var(&f.reading.Width, "width", 0, "线状工程宽度，米 / width of a road or pipeline given as a line, metres")
	flags.Float64Var(&f.reading.Radius, "radius", 0, "点状工程半径，米 / radius around points, metres")
	flags.BoolVar(&f.requireClear, "require-clear", false, "结论不是“无冲突”时以退出码 1 结束 / exit with 1 unless the outcome is clear")
	return cmd
}

// question reads the flags before the database is opened.
func (f checkFlags) question(path string) (answer.Question, error) {
	q := answer.Question{Path: path, Filename: filepath.Base(path), CRS: f.crs, Name: f.name, County: f.county, Reading: f.reading}
	if _, isPaper := answer.FormatOf(f.format); !isPaper && f.format != "table" && f.format != "json" {
		return q, &geodata.Error{Kind: geodata.Invalid, Code: "format-unknown",
			ZH: fmt.Sprintf("不认识的结果格式“%.20s”，可用 table、json、pdf、docx、xlsx、geojson、gpkg、txt、png。", f.format),
			EN: fmt.Sprintf("Unknown format %.20q; use table, json, pdf, docx, xlsx, geojson, gpkg, txt or png.", f.format)}
	}
	for _, text := range f.choices {
		key, value, ok := strings.Cut(text, "=")
		if !ok || key == "" || value == "" {
			return q, &geodata.Error{Kind: geodata.Invalid, Code: "choice-malformed",
				ZH: fmt.Sprintf("选择“%.40s”应写成“问题=答案”，例如 red_line_case=2。", text), EN: fmt.Sprintf("Write the choice %.40q as question=answer, as in red_line_case=2.", text)}
		}
		if q.Choices == nil {
			q.Choices = map[string]string{}
		}
		q.Choices[key] = value
	}
	info, err := os.Stat(path)
	if err != nil || info.IsDir() {
		return q, fileMissing(path, err)
	}
	q.Against, err = f.versions()
	return q, err
}

// versions are those that --against names.
func (f checkFlags) versions() (refs []geodata.VersionRef, err error) {
	for _, text := range f.against {
		ref, err := geodata.ParseVersionRef(text)
		if err != nil {
			return nil, err
		}
		refs = append(refs, ref)
	}
	return refs, nil
}

func (d *database) check(ctx context.Context, q answer.Question, f checkFlags, w io.Writer) error {
	a, err := d.checks().Answer(ctx, q)
	if err != nil {
		return err
	}
	text := string(a.Body)
	if format, isPaper := answer.FormatOf(f.format); isPaper {
		body, err := d.papers("").Write(ctx, q.County, a.ID, format)
		if err != nil {
			return err
		}
		text = string(body)
	}
	if f.format == "table" {
		if text, err = report.ChecksTable(a.Body); err != nil {
			return err
		}
	}
	if err := writeOut(f.out, w, text); err != nil {
		return err
	}
	if f.requireClear {
		return requireClear(a.Body)
	}
	return nil
}

// requireClear answers "no" when any parcel, or the whole, is not clear.
func requireClear(body []byte) error {
	parcels, whole, err := report.ReadChecks(body)
	if err != nil {
		return err
	}
	for _, c := range append(parcels, whole) {
		if c.Verdict.Outcome != openapi.CheckOutcomeClear {
			return &geodata.Error{Kind: geodata.Refused, Code: "not-clear",
				ZH: fmt.Sprintf("“%s”的核查结论不是“无冲突”。", c.Site.Name), EN: fmt.Sprintf("The outcome for %q is not clear.", c.Site.Name)}
		}
	}
	return nil
}
