package report

import (
	"cmp"
	"fmt"
	"math/big"
	"strconv"

	"hongxian/geodata"
	"hongxian/internal/openapi"
	"hongxian/internal/report/stats"
	"hongxian/internal/township"
)

// StatsForm (统计表式样) is how a table is printed.
type StatsForm struct {
	Unit     geodata.Unit
	Decimals int // of printed areas, 0…6, in square metres up to 4
}

// Check refuses what cannot be printed: square metres are known to 0.0001.
func (f StatsForm) Check() error {
	most := 6
	if f.Unit == geodata.SquareMetre {
		most = 4
	}
	if f.Decimals < 0 || f.Decimals > most {
		return &geodata.Error{Kind: geodata.Invalid, Code: "decimals-out-of-range",
			ZH: fmt.Sprintf("%s的小数位应为 0 至 %d 位。", f.Unit.Chinese(), most), EN: fmt.Sprintf("Areas in %s take 0 to %d decimals.", f.Unit.English(), most)}
	}
	return nil
}

// Stats puts a table into its outward form. Printed areas are balanced top-down:
// the grand total, the classes, the cells; sums are sums of printed cells. It fails
// when a figure is no number, or rounding cannot hide that a column does not close.
func Stats(t *township.Table, form StatsForm, id string) (openapi.Stats, error) {
	e := &statsEncoder{t: t, form: form}
	printed, err := e.balance()
	if err != nil {
		return openapi.Stats{}, fmt.Errorf("print township table: %w", err)
	}
	out := openapi.Stats{Id: id, CreatedAt: t.CreatedAt.UTC(), Schematic: t.Schematic, County: openapi.County{Code: t.CountyCode, Name: t.CountyName},
		Unit: openapi.StatsUnit(form.Unit), Decimals: form.Decimals, ByClass: t.ByClass, Adjusted: t.Adjusted, Zones: t.Zones, Plan: t.Plan, Townships: t.Townships.Ref,
		Columns: []openapi.StatsColumn{}, Rows: []openapi.StatsRow{}, Subtotals: []openapi.StatsRow{}, Figures: []openapi.StatsFigure{},
		Findings: append([]string{}, t.Findings...), Computed: append([]string{}, t.Computed...)}
	for _, c := range t.Columns {
		out.Columns = append(out.Columns, statsColumn(c))
	}
	for i, r := range t.Rows {
		out.Rows = append(out.Rows, e.row(r, printed.rows[i], 1))
	}
	for i, r := range t.Subtotals {
		out.Subtotals = append(out.Subtotals, e.row(r, printed.subtotals[i], 1))
	}
	out.Outside, out.MultiplyCovered = e.row(t.Outside, printed.outside, 0), e.row(t.Multiply, printed.multiply, 0)
	out.Total = e.row(t.Total, printed.total, 1)
	for _, f := range t.Figures {
		out.Figures = append(out.Figures, statsFigure(f))
	}
	for _, v := range t.Versions {
		out.Versions = append(out.Versions, openapi.StatsVersion{Ref: v.Ref, Title: v.TitleZH, Digest: v.Digest, Schematic: v.Schematic})
	}
	return out, e.err
}

func statsColumn(c township.Column) openapi.StatsColumn {
	out := openapi.StatsColumn{Layer: string(c.Layer), Class: c.Class, Kind: openapi.StatsColumnKind(c.Kind), Ref: c.Ref,
		Title: c.TitleZH, TitleEn: c.TitleEN, Adjusted: c.Adjusted, Counted: c.Counted}
	if c.OtherRef != "" {
		out.Other = &c.OtherRef
	}
	if c.Of >= 0 {
		out.Of = &c.Of
	}
	return out
}

// statsEncoder writes rows down; encoder remembers a figure that is no number.
type statsEncoder struct {
	encoder
	t    *township.Table
	form StatsForm
}

// row writes a row. townships is 0 where a share of the township makes no sense.
func (e *statsEncoder) row(r township.Row, printed statsLine, townships int) openapi.StatsRow {
	out := openapi.StatsRow{Code: r.Code, Name: r.Name, Type: r.Type, Area: e.value(r.Name, r.Area), AreaPrinted: statsCell(printed.area),
		Values: []float64{}, Printed: []openapi.StatsCell{}, Shares: []*float64{}, LayerShares: []*float64{}, Counts: []*int{}, Sums: []*float64{}}
	if r.Code == "" && r.Type == r.Name {
		out.Type = "" // a subtotal is named for its type
	}
	if r.Control > 0 {
		control := e.value(r.Name, r.Control)
		out.Control = &control
	}
	for i, c := range r.Cells {
		column := e.t.Columns[i]
		whole := r.Area
		if column.Adjusted && r.Control > 0 {
			whole = r.Control
		}
		if townships == 0 {
			whole = 0
		}
		out.Values = append(out.Values, e.value(r.Name, c.Area))
		out.Printed = append(out.Printed, statsCell(printed.cells[i]))
		out.Shares = append(out.Shares, e.shareOf(r.Name, c.Area, whole))
		out.LayerShares = append(out.LayerShares, e.shareOf(r.Name, c.Area, e.t.Total.Cells[i].Area))
		var count *int
		if column.Counted {
			count = &c.Features
		}
		out.Counts = append(out.Counts, count)
		var sum *float64
		if column.Kind == township.OfLayer {
			f := e.value(r.Name, c.FeatureSum)
			sum = &f
		}
		out.Sums = append(out.Sums, sum)
	}
	return out
}

func (e *statsEncoder) value(what string, a geodata.Area) float64 {
	if !a.Valid() {
		e.fail(what, float64(a))
		return 0
	}
	return a.Value(e.form.Unit)
}

func (e *statsEncoder) shareOf(what string, part, whole geodata.Area) *float64 {
	if whole == 0 {
		return nil
	}
	f := e.share(what, part.ShareOf(whole))
	return &f
}

func statsCell(c geodata.Cell) openapi.StatsCell {
	return openapi.StatsCell{Text: c.Text, Balanced: c.Balanced}
}

// statsFigure compares with a published figure.
func statsFigure(f township.Compared) openapi.StatsFigure {
	out := openapi.StatsFigure{Key: f.Key, Published: f.Value, Unit: string(f.Unit), Source: f.Source, Name: cmp.Or(f.Name, f.Key)}
	if f.Place != "" {
		out.Place = &f.Place
	}
	if f.Target != "" {
		out.Target = &f.Target
	}
	switch {
	case f.Baseline != "":
		figureOfBaseline(&out, f)
	case f.Count:
		figureOfNumber(&out, f)
	default:
		figureOfArea(&out, f)
	}
	return out
}

// figureOfArea compares areas or shares; the computed one has two decimals more, so
// that the difference shows.
func figureOfArea(out *openapi.StatsFigure, f township.Compared) {
	if f.Percent {
		out.Unit = "percent"
	}
	if f.Area == nil {
		return
	}
	published, _ := new(big.Rat).SetString(stats.Plain(f.Value))
	decimals := stats.Decimals(stats.Plain(f.Value)) + 2
	computed, _ := new(big.Rat).SetString(f.Area.In(geodata.SquareMetre, 4))
	if f.Percent {
		computed.SetFloat64(f.Share)
		computed.Mul(computed, big.NewRat(100, 1))
	} else {
		computed, _ = new(big.Rat).SetString(f.Area.In(f.Unit, 10))
	}
	text := computed.FloatString(decimals)
	computed, _ = new(big.Rat).SetString(text)
	difference := new(big.Rat).Sub(computed, published).FloatString(decimals)
	agrees := computed.FloatString(decimals-2) == published.FloatString(decimals-2)
	out.Computed, out.Difference, out.Agrees = &text, &difference, &agrees
}

// figureOfNumber compares numbers of townships or names.
func figureOfNumber(out *openapi.StatsFigure, f township.Compared) {
	out.Unit = "count"
	if f.Number == nil {
		return
	}
	text, difference := strconv.Itoa(*f.Number), stats.Plain(float64(*f.Number)-f.Value)
	agrees := difference == "0"
	out.Computed, out.Difference, out.Agrees = &text, &difference, &agrees
}

// baselineDecimals are those of an area that is compared with its baseline's: a
// square metre shows in every unit up to square kilometres.
const baselineDecimals = 4

// figureOfBaseline compares the version in force with the one that later ones are
// held against; it agrees where nothing was lost.
func figureOfBaseline(out *openapi.StatsFigure, f township.Compared) {
	if f.Against == nil || f.Area == nil {
		return
	}
	published, text := f.Against.In(f.Unit, baselineDecimals), f.Area.In(f.Unit, baselineDecimals)
	was, _ := geodata.LastDigits(published, baselineDecimals)
	is, _ := geodata.LastDigits(text, baselineDecimals)
	difference, agrees := geodata.FromLastDigits(is-was, baselineDecimals), *f.Against-*f.Area <= f.Tolerance
	out.Published, _ = strconv.ParseFloat(published, 64)
	out.Baseline, out.Computed, out.Difference, out.Agrees = &f.AgainstRef, &text, &difference, &agrees
}
