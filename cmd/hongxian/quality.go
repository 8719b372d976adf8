package main

import (
	"context"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"hongxian/geodata"
	"hongxian/internal/answer"
	"hongxian/internal/report"
)

// newQuality tells what is wrong with a version.
func newQuality(s *settings) *cobra.Command {
	var format, out string
	cmd := &cobra.Command{
		Use:   "quality LAYER@LABEL",
		Short: "质检报告 / what is wrong with a version's features",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			ref, err := labelledRef(args[0])
			if err != nil {
				return err
			}
			d, err := s.openDatabase(cmd.Context(), use{command: "hongxian quality"})
			if err != nil {
				return err
			}
			defer d.Close()
			body, err := d.qualityAs(cmd.Context(), ref, format, out)
			if err != nil {
				return err
			}
			if out != "" {
				return os.WriteFile(out, body, 0o644)
			}
			_, err = cmd.OutOrStdout().Write(body)
			return err
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&format, "format", "table", "格式 table、json、xlsx、gpkg / format")
	flags.StringVarP(&out, "output", "o", "", "输出文件 / file to write")
	return cmd
}

// qualityAs gives a version's report in a format. Workbooks and GeoPackages want a file.
func (d *database) qualityAs(ctx context.Context, ref geodata.VersionRef, format, out string) ([]byte, error) {
	profile, _, err := d.countyFor(ctx, ref.County)
	if err != nil {
		return nil, err
	}
	ref.County = profile.Code
	papers := &answer.Qualities{Report: d.quality}
	switch {
	case format == "table":
		found, err := d.quality(ctx, ref, 100)
		if err != nil {
			return nil, err
		}
		return []byte(report.QualityTable(found)), nil
	case format == "json":
		document, err := papers.Find(ctx, ref)
		if err != nil {
			return nil, err
		}
		return report.JSON(document)
	case (format == "xlsx" || format == "gpkg") && out == "":
		return nil, &geodata.Error{Kind: geodata.Invalid, Code: "output-missing",
			ZH: fmt.Sprintf("%s 要写入文件，请用 -o 指定。", format), EN: fmt.Sprintf("%s is written to a file; name it with -o.", format)}
	case format == "xlsx":
		return papers.Workbook(ctx, ref)
	case format == "gpkg":
		return papers.Places(ctx, ref)
	}
	return nil, &geodata.Error{Kind: geodata.Invalid, Code: "format-unknown",
		ZH: fmt.Sprintf("不认识的报告格式“%.20s”，可用 table、json、xlsx、gpkg。", format), EN: fmt.Sprintf("Unknown report format %.20q; use table, json, xlsx or gpkg.", format)}
}

// printQuality prints a version's report after its import.
func (d *database) printQuality(ctx context.Context, w io.Writer, ref geodata.VersionRef) error {
	body, err := d.qualityAs(ctx, ref, "table", "")
	if err == nil {
		_, err = w.Write(body)
	}
	return err
}
