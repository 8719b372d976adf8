package township

import (
	"context"
	_ "embed"
	"fmt"
	"maps"
	"math"
	"slices"

	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"

	"hongxian/geodata"
	"hongxian/geodata/postgis"
)

// assembly is a table being put together.
type assembly struct {
	plan   *plan
	db     postgis.Querier
	have   map[[2]int64]*source
	rows   []place
	rowOf  map[int32]int
	types  []string // of rows, in their order
	table  *Table
	counts [][]count // of the columns, nil where nothing is counted
}

// count is how many features lie in exactly these rows; -1 stands for outside.
type count struct {
	rows     []int
	features int
}

// tally (合计) is a column being added up.
type tally struct {
	cells, sums                             []float64
	outside, outsideSum, multiply, multiSum float64
	total, totalSum                         float64
}

// add puts an area that lies in these rows, or in none, with its sum over features.
func (t *tally) add(rows []int, area, sum float64) {
	for _, r := range rows {
		t.cells[r] += area
		t.sums[r] += sum
	}
	if len(rows) == 0 {
		t.outside += area
		t.outsideSum += sum
	}
	if extra := float64(len(rows) - 1); extra > 0 {
		t.multiply += extra * area
		t.multiSum += extra * sum
	}
	t.total += area
	t.totalSum += sum
}

// closes says by how much cells + outside − multiply differ from a whole.
func (t *tally) closes(whole float64) float64 {
	left := t.outside - t.multiply - whole
	for _, c := range t.cells {
		left += c
	}
	return left
}

// assemble puts the table together and proves that it closes.
func (p *plan) assemble(ctx context.Context, db postgis.Querier, have map[[2]int64]*source) (*Table, error) {
	if err := fill(ctx, db, p.held.Code, have); err != nil {
		return nil, err
	}
	a := &assembly{plan: p, db: db, have: have, table: &Table{CountyCode: p.held.Code, CountyName: p.held.NameZH,
		Zones: p.request.Zones != nil, ByClass: p.request.ByClass, Plan: p.request.Plan, Findings: p.findings, Computed: p.computed}}
	steps := []func(context.Context) error{a.heads, a.layers, a.pairs, a.unions, a.finish, a.shapes}
	for _, step := range steps {
		if err := step(ctx); err != nil {
			return nil, err
		}
	}
	return a.table, nil
}

var (
	//go:embed sql/towns.sql
	townsSQL string
	//go:embed sql/towns_together.sql
	townsTogetherSQL string
)

// heads makes the rows, with the townships' own areas.
func (a *assembly) heads(ctx context.Context) error {
	args := pgx.StrictNamedArgs{"county": a.plan.held.Code, "townships": a.plan.townships.ID}
	rows, err := a.db.Query(ctx, townsSQL, args)
	if err != nil {
		return fmt.Errorf("read townships: %w", err)
	}
	towns, err := pgx.CollectRows(rows, pgx.RowToStructByPos[town])
	if err != nil {
		return fmt.Errorf("read townships: %w", err)
	}
	a.rows, a.rowOf = places(a.plan.settings, towns, a.table.Zones)
	own, err := a.own(ctx)
	if err != nil {
		return fmt.Errorf("measure townships: %w", err)
	}
	t := a.table
	for i, r := range a.rows {
		row := Row{Code: r.Code, Name: r.Name, Type: r.Type, Area: geodata.Area(own.cells[i])}
		row.Control = a.control(r)
		t.Adjusted = t.Adjusted || row.Control > 0
		t.Rows = append(t.Rows, row)
		if r.Type != "" && !slices.Contains(a.types, r.Type) {
			a.types = append(a.types, r.Type)
		}
		if len(r.features) == 0 {
			t.Findings = append(t.Findings, fmt.Sprintf("乡镇版本 %s 中没有%s（%s）。", a.plan.townships.Ref(), r.Name, r.Code))
		}
	}
	t.Multiply, t.Total = Row{Name: "重复覆盖", Area: geodata.Area(own.multiply)}, Row{Name: "合计", Area: geodata.Area(own.total)}
	t.Outside = Row{Name: "乡镇范围外"}
	t.Townships = a.version(a.plan.townships)
	if a.types == nil || a.table.Zones {
		a.types = nil
	}
	return a.checkControls()
}

// own adds the townships' own areas up: as they were kept, or of a version that was
// never in force, or was published before they were kept, from its faces.
func (a *assembly) own(ctx context.Context) (*tally, error) {
	own := a.tally()
	if kept := a.have[[2]int64{a.plan.townships.ID, 0}]; kept != nil {
		for _, h := range kept.shares {
			own.add(a.rowsOf(h.Towns), h.Area, h.Area)
		}
		return own, nil
	}
	rows, err := a.db.Query(ctx, townsTogetherSQL, pgx.StrictNamedArgs{"county": a.plan.held.Code, "townships": a.plan.townships.ID})
	if err != nil {
		return nil, err
	}
	var features []int32
	var area float64
	_, err = pgx.ForEachRow(rows, []any{&features, &area}, func() error {
		own.add(a.rowsOf(features), area, area)
		return nil
	})
	return own, err
}

//go:embed sql/shapes.sql
var shapesSQL string

// shapes gives the rows their shapes, where they are wanted.
func (a *assembly) shapes(ctx context.Context) error {
	if a.plan.request.Shapes == 0 {
		return nil
	}
	rows, err := a.db.Query(ctx, shapesSQL, pgx.StrictNamedArgs{
		"county": a.plan.held.Code, "townships": a.plan.townships.ID, "srid": a.plan.request.Shapes})
	if err != nil {
		return fmt.Errorf("read shapes: %w", err)
	}
	var id int32
	var g postgis.Geometry
	_, err = pgx.ForEachRow(rows, []any{&id, &g}, func() error {
		polygons, ok := g.Geometry.(orb.MultiPolygon)
		if row, known := a.rowOf[id]; ok && known {
			a.table.Rows[row].Shape = append(a.table.Rows[row].Shape, polygons...)
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("read shapes: %w", err)
	}
	return nil
}

// control is a row's official area: what was asked with, else the settings'.
func (a *assembly) control(r place) geodata.Area {
	if a.plan.request.Controls == nil {
		return r.Control
	}
	if c, ok := a.plan.request.Controls[r.Code]; ok && r.Code != "" {
		return c
	}
	return a.plan.request.Controls[r.Name]
}

// checkControls refuses official areas of townships that are not there, which would
// be missed in the sum, and two of one township, by code and by name.
func (a *assembly) checkControls() error {
	given := map[int]string{}
	for _, key := range slices.Sorted(maps.Keys(a.plan.request.Controls)) {
		i := slices.IndexFunc(a.rows, func(r place) bool { return r.Code == key || r.Name == key })
		if i < 0 {
			return &geodata.Error{Kind: geodata.Invalid, Code: "control-unknown",
				ZH: fmt.Sprintf("控制面积中的“%.40s”不是表中的乡镇。", key), EN: fmt.Sprintf("%.40q of the control areas is no township of the table.", key)}
		}
		if other, twice := given[i]; twice {
			return &geodata.Error{Kind: geodata.Invalid, Code: "control-repeated",
				ZH: fmt.Sprintf("控制面积中的“%.40s”与“%.40s”是同一个乡镇。", other, key), EN: fmt.Sprintf("%.40q and %.40q of the control areas are one township.", other, key)}
		}
		given[i] = key
	}
	return nil
}

func (a *assembly) tally() *tally {
	return &tally{cells: make([]float64, len(a.rows)), sums: make([]float64, len(a.rows))}
}

// rowsOf are the rows that township features belong to, each once.
func (a *assembly) rowsOf(features []int32) (rows []int) {
	for _, f := range features {
		r, ok := a.rowOf[f]
		if !ok && f == 0 {
			r, ok = -1, true // outside, in counts
		}
		if ok && !slices.Contains(rows, r) {
			rows = append(rows, r)
		}
	}
	return rows
}

func (a *assembly) version(v geodata.Version) Version {
	return Version{Ref: v.Ref().String(), Layer: v.Layer, TitleZH: a.plan.titles[v.Layer].TitleZH, Digest: v.Digest, Schematic: v.Schematic, Features: v.Features}
}

// layers makes the columns of layers, with those of their classes.
func (a *assembly) layers(ctx context.Context) error {
	for _, v := range a.plan.layers {
		s := a.have[[2]int64{v.ID, 0}]
		whole := a.tally()
		for _, h := range s.shares {
			whole.add(a.rowsOf(h.Towns), h.Area, h.Area*float64(max(1, len(h.Features))))
		}
		if left := whole.closes(s.area); math.Abs(left) > rounding(s.area) {
			return fmt.Errorf("%s does not close: townships + outside - multiply covered differ from the layer's %.6f m² by %.6f m²", v.Ref(), s.area, left)
		}
		title := a.plan.titles[v.Layer]
		of := len(a.table.Columns)
		column := Column{Kind: OfLayer, Layer: v.Layer, Ref: v.Ref().String(), TitleZH: title.TitleZH, TitleEN: title.TitleEN, Counted: true, Of: -1}
		a.put(column, whole, a.countsOf(s, func(presenceRow) bool { return true }))
		if a.plan.request.ByClass {
			if err := a.classes(v, s, of); err != nil {
				return err
			}
		}
		if a.plan.request.Within && slices.Contains(a.plan.settings.Overlaps, v.Layer) {
			if err := a.within(ctx, v, s); err != nil {
				return err
			}
		}
	}
	return nil
}

// classes makes a column for each class of a layer, and one for what they have in
// common, so that they add up to it.
func (a *assembly) classes(v geodata.Version, s *source, of int) error {
	var names []string
	overlap := a.tally()
	for _, h := range s.shares {
		for _, c := range h.Classes {
			if !slices.Contains(names, c) {
				names = append(names, c)
			}
		}
		if extra := float64(len(h.Classes) - 1); extra > 0 {
			overlap.add(a.rowsOf(h.Towns), extra*h.Area, extra*h.Area)
		}
	}
	slices.Sort(names)
	title := a.plan.titles[v.Layer]
	column := Column{Kind: OfClass, Layer: v.Layer, Ref: v.Ref().String(), TitleZH: title.TitleZH, TitleEN: title.TitleEN, Counted: true, Of: of}
	left := -overlap.total - s.area
	for _, name := range names {
		t := a.tally()
		for _, h := range s.shares {
			if slices.Contains(h.Classes, name) {
				t.add(a.rowsOf(h.Towns), h.Area, h.Area)
			}
		}
		left += t.total
		column.Class = name
		a.put(column, t, a.countsOf(s, func(n presenceRow) bool { return n.Class == name }))
	}
	if math.Abs(left) > rounding(s.area) {
		return fmt.Errorf("%s does not close: its classes differ from the layer's %.6f m² by %.6f m²", v.Ref(), s.area, left)
	}
	if overlap.total > 0 {
		column.Kind, column.Class, column.Counted = OfClassOverlap, "", false
		a.put(column, overlap, nil)
	}
	return nil
}

// common adds up what two versions have in common.
func (a *assembly) common(two [2]geodata.Version) (*tally, error) {
	s := pairOf(a.have, two)
	t := a.tally()
	for _, h := range s.shares {
		t.add(a.rowsOf(h.Towns), h.Area, h.Area)
	}
	if left := t.closes(s.area); math.Abs(left) > rounding(s.area) {
		return nil, fmt.Errorf("%s and %s do not close: townships + outside - multiply covered differ from the %.6f m² they have in common by %.6f m²",
			two[0].Ref(), two[1].Ref(), s.area, left)
	}
	return t, nil
}

// pairs makes the columns of what two layers have in common.
func (a *assembly) pairs(context.Context) error {
	for _, two := range a.plan.pairs {
		t, err := a.common(two)
		if err != nil {
			return err
		}
		a.put(a.together(OfPair, two, " ∩ "), t, nil)
	}
	return nil
}

// unions makes the columns of what either of two layers covers.
func (a *assembly) unions(context.Context) error {
	for _, two := range a.plan.unions {
		common, err := a.common(two)
		if err != nil {
			return err
		}
		t := a.tally()
		for _, v := range two {
			for _, h := range a.have[[2]int64{v.ID, 0}].shares {
				t.add(a.rowsOf(h.Towns), h.Area, h.Area)
			}
		}
		for i := range t.cells {
			t.cells[i] -= common.cells[i]
		}
		t.outside, t.multiply, t.total = t.outside-common.outside, t.multiply-common.multiply, t.total-common.total
		t.sums, t.outsideSum, t.multiSum, t.totalSum = t.cells, t.outside, t.multiply, t.total
		a.put(a.together(OfUnion, two, " ∪ "), t, nil)
	}
	return nil
}

func (a *assembly) together(kind Kind, two [2]geodata.Version, sign string) Column {
	x, y := a.plan.titles[two[0].Layer], a.plan.titles[two[1].Layer]
	return Column{Kind: kind, Layer: two[0].Layer, Other: two[1].Layer, Ref: two[0].Ref().String(), OtherRef: two[1].Ref().String(),
		TitleZH: x.TitleZH + sign + y.TitleZH, TitleEN: x.TitleEN + sign + y.TitleEN, Of: -1}
}

// countsOf are the counts of a layer's features that are wanted.
func (a *assembly) countsOf(s *source, wanted func(presenceRow) bool) []count {
	counts := []count{}
	for _, n := range s.presence {
		if wanted(n) {
			counts = append(counts, count{a.rowsOf(n.Towns), n.Features})
		}
	}
	return counts
}

// put appends a column.
func (a *assembly) put(c Column, t *tally, counts []count) {
	cell := func(row *Row, area, sum float64) {
		row.Cells = append(row.Cells, Cell{Area: geodata.Area(area), FeatureSum: geodata.Area(sum)})
	}
	for i := range a.table.Rows {
		cell(&a.table.Rows[i], t.cells[i], t.sums[i])
	}
	cell(&a.table.Outside, t.outside, t.outsideSum)
	cell(&a.table.Multiply, t.multiply, t.multiSum)
	cell(&a.table.Total, t.total, t.totalSum)
	a.table.Columns = append(a.table.Columns, c)
	a.counts = append(a.counts, counts)
}
