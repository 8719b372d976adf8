package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"hongxian/geodata"
	"hongxian/geodata/postgis"
	"hongxian/internal/answer"
	"hongxian/internal/coverage"
	"hongxian/internal/record"
	"hongxian/internal/report"
)

func newOverlaps(s *settings) *cobra.Command {
	var county, format, out string
	cmd := &cobra.Command{
		Use:   "overlaps LAYER[@LABEL]...",
		Short: "范围重叠：图层之间、图层之内 / where layers, or the features of one, lie on each other",
		Args:  cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if _, isPaper := answer.OverlapFormatOf(format); !isPaper && format != "table" && format != "json" {
				return &geodata.Error{Kind: geodata.Invalid, Code: "format-unknown",
					ZH: fmt.Sprintf("不认识的结果格式“%.20s”，可用 table、json、xlsx、csv、geojson、gpkg、pdf、png。", format),
					EN: fmt.Sprintf("Unknown format %.20q; use table, json, xlsx, csv, geojson, gpkg, pdf or png.", format)}
			}
			r := coverage.Request{County: county}
			for _, text := range args {
				ref, err := geodata.ParseVersionRef(text)
				if err != nil {
					return err
				}
				r.Versions = append(r.Versions, ref)
			}
			d, err := s.openDatabase(cmd.Context(), use{command: "hongxian overlaps"})
			if err != nil {
				return err
			}
			defer d.Close()
			text, err := d.overlapsText(cmd.Context(), r, format)
			if err != nil {
				return err
			}
			return writeOut(out, cmd.OutOrStdout(), text)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&county, "county", "", "县代码，仅有一个县时可省略 / the county's code, where several are held")
	flags.StringVar(&format, "format", "table", "结果格式 table、json、xlsx、csv、geojson、gpkg、pdf、png / format of the answer")
	flags.StringVarP(&out, "out", "o", "", "写入文件 / write to a file")
	return cmd
}

func (d *database) overlapsText(ctx context.Context, r coverage.Request, format string) (string, error) {
	overlaps := d.overlaps("")
	a, err := overlaps.Answer(ctx, r)
	if err != nil {
		return "", err
	}
	switch format {
	case "json":
		return string(a.Body), nil
	case "table":
		return report.OverlapsTable(a.Body)
	}
	known, _ := answer.OverlapFormatOf(format)
	body, err := overlaps.Write(ctx, r.County, a.ID, known)
	return string(body), err
}

// overlaps wires everything that answers how layers lie on each other.
func (d *database) overlaps(publicURL string) *answer.Overlaps {
	papers := d.papers(publicURL)
	return &answer.Overlaps{Measurer: &countyMeasurers{d}, Records: &record.Keeper{DB: d.pool}, Look: papers.Look, VerifyURL: papers.VerifyURL}
}

// countyMeasurers measures each county's layers by the thresholds of its profile.
type countyMeasurers struct{ *database }

func (c *countyMeasurers) of(ctx context.Context, r coverage.Request) (*coverage.Measurer, error) {
	code := r.County
	for _, ref := range r.Versions {
		if code == "" {
			code = ref.County
		}
	}
	held, err := (&postgis.Catalogue{DB: c.pool}).County(ctx, code)
	if err != nil {
		return nil, err
	}
	profile, err := profileOf(held)
	if err != nil {
		return nil, err
	}
	t := toleranceOf(profile)
	return &coverage.Measurer{DB: c.pool, Tolerance: coverage.Tolerance{Area: t.Area, Width: t.Width}, Program: "hongxian " + programVersion()}, nil
}

// Identify implements answer.OverlapMeasurer.
func (c *countyMeasurers) Identify(ctx context.Context, r coverage.Request) (county, id string, err error) {
	m, err := c.of(ctx, r)
	if err != nil {
		return "", "", err
	}
	return m.Identify(ctx, r)
}

// Measure implements answer.OverlapMeasurer.
func (c *countyMeasurers) Measure(ctx context.Context, r coverage.Request) (*coverage.Report, error) {
	m, err := c.of(ctx, r)
	if err != nil {
		return nil, err
	}
	return m.Measure(ctx, r)
}

// Draw implements answer.OverlapMeasurer.
func (c *countyMeasurers) Draw(ctx context.Context, r coverage.Request, srid int) (*coverage.Picture, error) {
	m, err := c.of(ctx, r)
	if err != nil {
		return nil, err
	}
	return m.Draw(ctx, r, srid)
}
