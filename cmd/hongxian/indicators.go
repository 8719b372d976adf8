package main

import (
	"context"
	"fmt"
	"io"
	"strconv"

	"github.com/spf13/cobra"

	"hongxian/geodata"
	"hongxian/geodata/postgis"
	"hongxian/internal/change"
	"hongxian/internal/geofile"
	"hongxian/internal/indicator"
	"hongxian/internal/report"
)

func newIndicators(s *settings) *cobra.Command {
	cmd := &cobra.Command{Use: "indicators", Short: "功能指标：年度值与基准年比较 / yearly indicators, compared with a baseline"}
	var county string
	cmd.PersistentFlags().StringVar(&county, "county", "", "县代码，仅有一个县时可省略 / the county's code, where several are held")
	open := func(work func(ctx context.Context, w io.Writer, k *countyIndicators, county string, args []string) error) func(*cobra.Command, []string) error {
		return func(cmd *cobra.Command, args []string) error {
			d, err := s.openDatabase(cmd.Context(), use{command: "hongxian indicators"})
			if err != nil {
				return err
			}
			defer d.Close()
			held, err := (&postgis.Catalogue{DB: d.pool}).County(cmd.Context(), county)
			if err != nil {
				return err
			}
			return work(cmd.Context(), cmd.OutOrStdout(), &countyIndicators{d}, held.Code, args)
		}
	}
	list := &cobra.Command{Use: "list", Short: "指标表与年度值 / the county's indicators and values", Args: cobra.NoArgs,
		RunE: open(func(ctx context.Context, w io.Writer, k *countyIndicators, county string, _ []string) error {
			defined, values, err := k.Indicators(ctx, county)
			if err == nil {
				_, err = io.WriteString(w, report.IndicatorTable(defined, values))
			}
			return err
		})}
	var source, words string
	set := &cobra.Command{Use: "set KEY YEAR [VALUE]", Short: "录入一个年度值 / enter a yearly value", Args: cobra.RangeArgs(2, 3),
		RunE: open(func(ctx context.Context, w io.Writer, k *countyIndicators, county string, args []string) error {
			row := []string{args[0], args[1], "", words, source}
			if len(args) > 2 {
				row[2] = args[2]
			}
			return k.take(ctx, w, county, [][]string{{"key", "year", "value", "text", "source"}, row})
		})}
	set.Flags().StringVar(&source, "source", "", "数据来源文件 / the document it comes from")
	set.Flags().StringVar(&words, "text", "", "文件中的文字表述 / as the document words it")
	load := &cobra.Command{Use: "import FILE", Short: "导入年度值（CSV、XLSX）/ import yearly values", Args: cobra.ExactArgs(1),
		RunE: open(func(ctx context.Context, w io.Writer, k *countyIndicators, county string, args []string) error {
			rows, err := geofile.ReadRows(ctx, args[0])
			if err != nil {
				return err
			}
			return k.take(ctx, w, county, rows)
		})}
	var baseline, year int
	compare := &cobra.Command{Use: "compare", Short: "与基准年比较 / compare with the baseline year", Args: cobra.NoArgs,
		RunE: open(func(ctx context.Context, w io.Writer, k *countyIndicators, county string, _ []string) error {
			defined, values, err := k.Indicators(ctx, county)
			if err == nil {
				_, err = io.WriteString(w, report.IndicatorComparison(indicator.Compare(defined, values, baseline, year)))
			}
			return err
		})}
	compare.Flags().IntVar(&baseline, "baseline", 0, "基准年 / baseline year")
	compare.Flags().IntVar(&year, "year", 0, "比较年，缺省为各指标最近一年 / year to compare; default: each indicator's latest")
	_ = compare.MarkFlagRequired("baseline")
	cmd.AddCommand(list, set, load, compare)
	return cmd
}

// countyIndicators gives each county's list of indicators and their values.
type countyIndicators struct{ *database }

// Indicators implements httpapi.Indicators. The list is the one the county was
// registered with; before lists there were, that of the profile of today.
func (k *countyIndicators) Indicators(ctx context.Context, code string) ([]indicator.Definition, []indicator.Value, error) {
	held, err := (&postgis.Catalogue{DB: k.pool}).County(ctx, code)
	if err != nil {
		return nil, nil, err
	}
	profile, err := profileOf(held)
	if err != nil {
		return nil, nil, err
	}
	text := profile.Indicators
	if today, err := findProfile(held.Code); text == "" && err == nil {
		text = today.Indicators
	}
	list, err := indicator.ParseList(text)
	if err != nil {
		return nil, nil, err
	}
	values, err := (&indicator.Store{DB: k.pool}).Values(ctx, held.Code)
	return list, values, err
}

// Set implements httpapi.Indicators.
func (k *countyIndicators) Set(ctx context.Context, county string, values []indicator.Value) (replaced int, err error) {
	list, _, err := k.Indicators(ctx, county)
	if err != nil {
		return 0, err
	}
	return (&indicator.Store{DB: k.pool}).Set(ctx, county, list, values)
}

// take keeps the values of a table.
func (k *countyIndicators) take(ctx context.Context, w io.Writer, county string, rows [][]string) error {
	values, err := indicator.ReadRows(rows)
	if err != nil {
		return err
	}
	if len(values) == 0 {
		return &geodata.Error{Kind: geodata.Invalid, Code: "indicator-table-empty", ZH: "表中没有年度值。", EN: "The table holds no value."}
	}
	replaced, err := k.Set(ctx, county, values)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(w, "已录入 %d 个年度值，其中替换 %d 个。\n%d values kept, %d of them replaced.\n", len(values), replaced, len(values), replaced)
	return err
}

// forChange gives the indicators that stand for a layer's function in the years of
// two versions (功能不降低): those that can be compared, and those whose values nobody
// has provided.
func (k *countyIndicators) forChange(ctx context.Context, from, to geodata.Version) ([]change.Indicator, error) {
	before, err := strconv.Atoi(yearOfVersion(from))
	after, laterErr := strconv.Atoi(yearOfVersion(to))
	if err != nil || laterErr != nil {
		return nil, nil // versions without a year have no yearly values: no data
	}
	list, values, err := k.Indicators(ctx, from.County)
	if err != nil || len(values) == 0 {
		return nil, err
	}
	var out []change.Indicator
	for _, c := range indicator.Compare(list, values, before, after) {
		if c.Direction == indicator.InWords || c.Finding == indicator.NotConcerned || c.Finding == indicator.NotComparable {
			continue
		}
		i := change.Indicator{Key: c.Key, Title: c.Name, Unit: c.Unit, BaseYear: before, Year: after, HigherIsBetter: c.Direction == indicator.NotLower,
			Held: c.Finding != indicator.NoData, NotDecreased: c.Finding == indicator.Held}
		if i.Held {
			i.BaseValue, i.Value, i.Source = *c.Baseline.Value, *c.Current.Value, c.Current.Source
		}
		out = append(out, i)
	}
	return out, nil
}

// yearOfVersion is the year a version stands for: that of its effective day, or the
// label where it is one.
func yearOfVersion(v geodata.Version) string {
	if v.Effective != nil {
		return strconv.Itoa(v.Effective.Year())
	}
	return v.Label
}
