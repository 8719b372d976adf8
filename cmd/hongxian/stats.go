package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"hongxian/geodata"
	"hongxian/geodata/postgis"
	"hongxian/internal/answer"
	"hongxian/internal/geofile"
	"hongxian/internal/openapi"
	"hongxian/internal/record"
	"hongxian/internal/report"
	"hongxian/internal/township"
)

// statsFlags say which table is wanted and how it is printed.
type statsFlags struct {
	county, townships, by, unit, format, out string
	zones, crs, control                      string
	pairs, unions                            []string
	within, keep, plan                       bool
	decimals                                 int
	reading                                  answer.Reading // of the zones
}

func newStats(s *settings) *cobra.Command {
	var f statsFlags
	cmd := &cobra.Command{
		Use:   "stats [LAYER[@LABEL]…]",
		Short: "乡镇统计表 / areas by township, a table that adds up",
		RunE: func(cmd *cobra.Command, args []string) error {
			question, err := f.question(args, cmd.Flags().Changed("decimals"))
			if err != nil {
				return err
			}
			d, err := s.openDatabase(cmd.Context(), use{command: "hongxian stats"})
			if err != nil {
				return err
			}
			defer d.Close()
			return d.stats(cmd.Context(), question, f, output{cmd.OutOrStdout(), newMeter(cmd.ErrOrStderr())})
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&f.county, "county", "", "县代码，仅有一个县时可省略 / the county's code, where several are held")
	flags.StringVar(&f.townships, "townships", "", "乡镇版本 / label of the township version; default: the one in force")
	flags.StringVar(&f.by, "by", "", "class：按类型分列 / class: columns for each layer's classes")
	flags.StringVar(&f.unit, "unit", "ha", "面积单位 ha、m2、km2、mu、wmu / unit of areas")
	flags.IntVar(&f.decimals, "decimals", 2, "印出的小数位 / decimals of printed areas")
	flags.StringVar(&f.format, "format", "table", "格式 table、json、csv、xlsx、pdf、geojson、gpkg / format")
	flags.StringVarP(&f.out, "out", "o", "", "写入文件 / write to a file")
	flags.StringArrayVar(&f.pairs, "pair", nil, "两个图层的交，可重复 / what two layers have in common: red-line,protected-area")
	flags.StringArrayVar(&f.unions, "union", nil, "两个图层的并，可重复 / what either of two layers covers")
	flags.BoolVar(&f.within, "within", false, "同一图层中互相重叠的图斑分列 / columns for features of a layer that lie on each other")
	flags.BoolVar(&f.plan, "plan", false, "规划数据对照：图层能佐证的规划数据 / the plan's figures that layers can evidence, beside the computed ones")
	flags.StringVar(&f.zones, "zones", "", "以文件中的分区为行 / polygons that are the rows instead of townships")
	coordinates{&f.crs, &f.reading.Parameters, &f.reading.Datum, &f.reading.ConfirmCRS}.add(flags) // of the zones
	flags.StringVar(&f.control, "control", "", "控制面积 CSV：代码或名称,面积[,单位] / official areas to adjust to")
	flags.BoolVar(&f.keep, "keep", false, "留存，同一问题得到同样的字节 / keep the table; the same question gives the same bytes")
	return cmd
}

// output is where a command writes, and where it shows progress.
type output struct {
	io.Writer
	*meter
}

// question reads the flags before the database is opened.
func (f statsFlags) question(layers []string, decimals bool) (q answer.StatsQuestion, err error) {
	if q.Unit, err = geodata.ParseUnit(f.unit); err != nil {
		return q, err
	}
	if decimals {
		q.Decimals = &f.decimals
	}
	if _, known := answer.StatsFormatOf(f.format); !known && f.format != "table" && f.format != "json" {
		return q, &geodata.Error{Kind: geodata.Invalid, Code: "format-unknown",
			ZH: fmt.Sprintf("不认识的格式“%.20s”，可用 table、json、csv、xlsx、pdf、geojson、gpkg。", f.format),
			EN: fmt.Sprintf("Unknown format %.20q; use table, json, csv, xlsx, pdf, geojson or gpkg.", f.format)}
	}
	if f.by != "" && f.by != "class" {
		return q, &geodata.Error{Kind: geodata.Invalid, Code: "by-unknown", ZH: "--by 只能是 class。", EN: "--by can only be class."}
	}
	q.Request = township.Request{County: f.county, ByClass: f.by == "class", Within: f.within, Plan: f.plan, Townships: geodata.VersionRef{Label: f.townships}}
	for _, text := range layers {
		ref, err := geodata.ParseVersionRef(text)
		if err != nil {
			return q, err
		}
		q.Request.County = cmp.Or(q.Request.County, ref.County)
		q.Request.Layers = append(q.Request.Layers, ref)
	}
	if q.Request.Pairs, err = answer.ParsePairs(f.pairs); err != nil {
		return q, err
	}
	if q.Request.Unions, err = answer.ParsePairs(f.unions); err != nil {
		return q, err
	}
	if f.control != "" {
		file, err := os.Open(f.control)
		if err != nil {
			return q, fileMissing(f.control, err)
		}
		defer file.Close()
		q.Request.Controls, err = township.ReadControls(file, q.Unit)
		if err != nil {
			return q, err
		}
	}
	return q, nil
}

func (d *database) stats(ctx context.Context, q answer.StatsQuestion, f statsFlags, w output) error {
	defer w.finish()
	q.Request.Progress = w.share
	if f.zones != "" {
		if _, err := os.Stat(f.zones); err != nil {
			return fileMissing(f.zones, err)
		}
		zones, closeZones, err := d.openZones(ctx, answer.ZoneFile{Path: f.zones, Name: filepath.Base(f.zones), CRS: f.crs, County: f.county, Reading: f.reading})
		if err != nil {
			return err
		}
		defer closeZones()
		q.Request.Zones = zones
	}
	text, err := d.statsText(ctx, q, f)
	if err != nil {
		return err
	}
	w.finish()
	return writeOut(f.out, w.Writer, text)
}

// statsText is the table in the form that was asked for.
func (d *database) statsText(ctx context.Context, q answer.StatsQuestion, f statsFlags) (string, error) {
	tables := d.tables("")
	format, isPaper := answer.StatsFormatOf(f.format)
	if isPaper && !f.keep {
		body, err := tables.Write(ctx, q, format)
		return string(body), err
	}
	var s openapi.Stats
	var body []byte
	var err error
	if f.keep {
		var a answer.Answer
		if a, err = tables.Keep(ctx, q); err != nil {
			return "", err
		}
		if isPaper {
			body, err = tables.KeptPaper(ctx, q.Request.County, a.ID, format)
			return string(body), err
		}
		s, body, err = tables.Kept(ctx, q.Request.County, a.ID)
	} else if s, err = tables.Answer(ctx, q); err == nil {
		body, err = report.JSON(s)
	}
	if err != nil {
		return "", err
	}
	if f.format == "table" {
		return report.StatsTable(s), nil
	}
	return string(body), nil
}

func (d *database) planeOf(ctx context.Context, county string) (int, error) {
	held, err := (&postgis.Catalogue{DB: d.pool}).County(ctx, county)
	return held.PlaneSRID, err
}

// tables wires everything that answers with township tables.
func (d *database) tables(publicURL string) *answer.Tables {
	papers := d.papers(publicURL)
	return &answer.Tables{Statistician: d.statistician(), Keeper: &record.Keeper{DB: d.pool}, Records: papers.Records, Look: papers.Look,
		OpenZones: d.openZones, Plane: d.planeOf, VerifyURL: papers.VerifyURL}
}

// openZones opens a planner's zones. Their attributes are called as those of
// townships or of parcels.
func (d *database) openZones(ctx context.Context, file answer.ZoneFile) (*geodata.Delivery, func() error, error) {
	held, err := (&postgis.Catalogue{DB: d.pool}).County(ctx, file.County)
	if err != nil {
		return nil, nil, err
	}
	profile, err := profileOf(held)
	if err != nil {
		return nil, nil, err
	}
	fields := siteFields
	if l, ok := profile.Layer(geodata.Township); ok {
		f := l.Geodata().Fields
		fields = geodata.FieldNames{Code: append(f.Code, siteFields.Code...), Name: append(f.Name, siteFields.Name...), Class: f.Class}
	}
	parameters, err := parametersOf(profile, file.Parameters)
	if err != nil {
		return nil, nil, err
	}
	opened, err := openDelivery(ctx, file.Path, profile, geofile.Options{Name: file.Name, CRS: file.CRS, Fields: fields, MaxBytes: maxSiteBytes,
		Parameters: parameters, Datum: file.Datum, ConfirmGuess: file.ConfirmCRS})
	if err != nil {
		return nil, nil, err
	}
	notes := func() []string { return said(opened) }
	return &geodata.Delivery{Name: file.Name, SRID: opened.SRID(), Features: opened.Features(ctx), Notes: notes}, opened.Close, nil
}
