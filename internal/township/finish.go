package township

import (
	"context"
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"github.com/jackc/pgx/v5"

	"hongxian/geodata"
	"hongxian/geodata/postgis"
)

// finish counts, subtotals, adjusts, compares, and names the versions.
func (a *assembly) finish(ctx context.Context) error {
	a.count()
	a.nameVersions()
	a.subtotal()
	a.adjust()
	return a.compare(ctx)
}

// count puts the feature counts into the cells.
func (a *assembly) count() {
	t := a.table
	for column, counts := range a.counts {
		for _, n := range counts {
			t.Total.Cells[column].Features += n.features
			for _, r := range n.rows {
				if r < 0 {
					t.Outside.Cells[column].Features += n.features
				} else {
					t.Rows[r].Cells[column].Features += n.features
				}
			}
		}
	}
}

// subtotal adds the rows of each type up. A feature in two townships of a type
// counts once.
func (a *assembly) subtotal() {
	t := a.table
	for _, kind := range a.types {
		sum := Row{Name: kind, Type: kind, Cells: make([]Cell, len(t.Columns))}
		for _, r := range t.Rows {
			if r.Type != kind {
				continue
			}
			sum.Area += r.Area
			for i, c := range r.Cells {
				sum.Cells[i].Area += c.Area
				sum.Cells[i].FeatureSum += c.FeatureSum
			}
		}
		for column, counts := range a.counts {
			for _, n := range counts {
				if slices.ContainsFunc(n.rows, func(r int) bool { return r >= 0 && t.Rows[r].Type == kind }) {
					sum.Cells[column].Features += n.features
				}
			}
		}
		t.Subtotals = append(t.Subtotals, sum)
	}
}

// adjust puts beside every column its adjusted one, where official areas are
// given: each township's cells times its official area by its computed one. The
// total is then the sum; nothing official is known of what lies outside.
func (a *assembly) adjust() {
	t := a.table
	if !t.Adjusted {
		return
	}
	factor := func(r Row) geodata.Area {
		if r.Control > 0 && r.Area > 0 {
			return r.Control / r.Area
		}
		return 1
	}
	columns := t.Columns
	t.Columns = nil
	for _, c := range columns {
		after := c
		after.Adjusted, after.Counted = true, false
		if c.Of >= 0 {
			c.Of, after.Of = 2*c.Of, 2*c.Of+1
		}
		t.Columns = append(t.Columns, c, after)
	}
	total := make([]geodata.Area, len(columns))
	totalSum := make([]geodata.Area, len(columns))
	spread := func(row *Row, f geodata.Area, sign geodata.Area) {
		var cells []Cell
		for i, c := range row.Cells {
			after := Cell{Area: c.Area * f, FeatureSum: c.FeatureSum * f}
			total[i] += sign * after.Area
			totalSum[i] += sign * after.FeatureSum
			cells = append(cells, c, after)
		}
		row.Cells = cells
	}
	byType := map[string][]int{}
	for i := range t.Rows {
		spread(&t.Rows[i], factor(t.Rows[i]), 1)
		byType[t.Rows[i].Type] = append(byType[t.Rows[i].Type], i)
	}
	spread(&t.Outside, 1, 1)
	spread(&t.Multiply, 1, -1)
	for i := range t.Subtotals {
		t.Subtotals[i].Control, t.Subtotals[i].Cells = 0, t.sum(byType[t.Subtotals[i].Type], t.Subtotals[i].Cells)
		for _, r := range byType[t.Subtotals[i].Type] {
			t.Subtotals[i].Control += t.Rows[r].Control
		}
	}
	var cells []Cell
	for i, c := range t.Total.Cells {
		cells = append(cells, c, Cell{Area: total[i], FeatureSum: totalSum[i]})
	}
	t.Total.Cells = cells
	for _, r := range t.Rows {
		t.Total.Control += r.Control
	}
}

// sum puts beside the cells of a subtotal the sums of its rows' adjusted cells.
func (t *Table) sum(rows []int, cells []Cell) (out []Cell) {
	for i, c := range cells {
		var after Cell
		for _, r := range rows {
			after.Area += t.Rows[r].Cells[2*i+1].Area
			after.FeatureSum += t.Rows[r].Cells[2*i+1].FeatureSum
		}
		out = append(out, c, after)
	}
	return out
}

// compare puts the computed figures beside the published ones.
func (a *assembly) compare(ctx context.Context) error {
	if a.table.Zones {
		return nil // figures are the county's
	}
	for _, f := range a.plan.settings.Figures {
		c := Compared{Figure: f}
		area, ok := a.figure(f.Of)
		switch {
		case !ok:
		case f.Count:
			n, err := a.number(ctx, f)
			if err != nil {
				return fmt.Errorf("count %s: %w", f.Key, err)
			}
			c.Number = &n
		default:
			c.Area, c.Share = &area, area.ShareOf(a.table.Total.Area)
		}
		if f.Baseline != "" {
			if err := a.baseline(ctx, &c); err != nil {
				return fmt.Errorf("measure the baseline of %s: %w", f.Key, err)
			}
		}
		a.table.Figures = append(a.table.Figures, c)
	}
	return nil
}

var (
	//go:embed sql/names.sql
	namesSQL string
	//go:embed sql/baseline.sql
	baselineSQL string
)

// number counts townships of a type, or the names of a layer's features.
func (a *assembly) number(ctx context.Context, f Figure) (n int, err error) {
	if f.Of == geodata.Township {
		for i, r := range a.table.Rows {
			if (f.Type == "" || r.Type == f.Type) && len(a.rows[i].features) > 0 {
				n++
			}
		}
		return n, nil
	}
	v, err := find(a.plan.held.Code, a.plan.versions, geodata.VersionRef{Layer: f.Of})
	if err == nil {
		err = a.db.QueryRow(ctx, namesSQL, pgx.StrictNamedArgs{"county": v.County, "version": v.ID}).Scan(&n)
	}
	return n, err
}

// baseline measures the version that a figure's layer is compared with. One that is
// not held, or was never cut into faces, leaves the figure without.
func (a *assembly) baseline(ctx context.Context, c *Compared) error {
	v, err := find(a.plan.held.Code, a.plan.versions, geodata.VersionRef{Layer: c.Of, Label: c.Baseline})
	if geodata.IsKind(err, geodata.NotFound) {
		return nil
	}
	var area *float64
	if err == nil {
		err = a.db.QueryRow(ctx, baselineSQL, pgx.StrictNamedArgs{"county": v.County, "version": v.ID}).Scan(&area)
	}
	if err == nil && area != nil {
		against := geodata.Area(*area)
		c.Against, c.AgainstRef = &against, v.Ref().String()
	}
	return err
}

// figure is the area of what a figure is of: the townships together, or a layer's
// version in force.
func (a *assembly) figure(of geodata.LayerKey) (geodata.Area, bool) {
	if of == geodata.Township {
		return a.table.Total.Area, true
	}
	for i, c := range a.table.Columns {
		if c.Kind == OfLayer && c.Layer == of && !c.Adjusted && a.inForce(c.Ref) {
			return a.table.Total.Cells[i].Area, true
		}
	}
	return 0, false
}

func (a *assembly) inForce(ref string) bool {
	return slices.ContainsFunc(a.plan.layers, func(v geodata.Version) bool {
		return v.Ref().String() == ref && v.State == geodata.InForce
	})
}

// nameVersions lists what took part, the rows' version last, and tells versions of
// one layer apart in the columns' titles.
func (a *assembly) nameVersions() {
	t := a.table
	labels := map[geodata.LayerKey]map[string]bool{}
	for _, v := range a.plan.all() {
		t.Versions = append(t.Versions, a.version(v))
		if labels[v.Layer] == nil {
			labels[v.Layer] = map[string]bool{}
		}
		labels[v.Layer][v.Label] = true
	}
	t.Versions = append(t.Versions, t.Townships)
	for _, v := range t.Versions {
		t.Schematic = t.Schematic || v.Schematic
	}
	label := func(ref string) string {
		r, _ := geodata.ParseVersionRef(ref)
		if len(labels[r.Layer]) > 1 {
			return "@" + r.Label
		}
		return ""
	}
	for i := range t.Columns {
		c := &t.Columns[i]
		switch c.Kind {
		case OfFeatures:
		case OfPair, OfUnion:
			sign := map[Kind]string{OfPair: " ∩ ", OfUnion: " ∪ "}[c.Kind]
			x, y := a.plan.titles[c.Layer], a.plan.titles[c.Other]
			c.TitleZH = x.TitleZH + label(c.Ref) + sign + y.TitleZH + label(c.OtherRef)
			c.TitleEN = x.TitleEN + label(c.Ref) + sign + y.TitleEN + label(c.OtherRef)
		default:
			c.TitleZH, c.TitleEN = c.TitleZH+label(c.Ref), c.TitleEN+label(c.Ref)
		}
	}
}

// askLibraries asks once which libraries compute.
func (s *Statistician) askLibraries(ctx context.Context) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var err error
	if s.libraries == "" {
		s.libraries, err = postgis.Libraries(ctx, s.DB)
	}
	return s.libraries, err
}

// identify gives the table its digest: everything it depends on, and nothing else.
func (s *Statistician) identify(ctx context.Context, p *plan, t *Table) error {
	libraries, err := s.askLibraries(ctx)
	if err != nil {
		return err
	}
	type control struct {
		Key  string
		Area float64
	}
	inputs := struct {
		County, Program, Libraries string
		Settings                   County
		Columns                    []Column
		Versions                   []Version
		Zones, Plan                bool
		Controls                   []control
	}{County: t.CountyCode, Program: s.Program, Libraries: libraries, Settings: p.settings, Columns: t.Columns, Versions: t.Versions, Zones: t.Zones, Plan: t.Plan}
	for _, key := range slices.Sorted(maps.Keys(p.request.Controls)) {
		inputs.Controls = append(inputs.Controls, control{key, float64(p.request.Controls[key])})
	}
	b, err := json.Marshal(inputs)
	if err != nil {
		return fmt.Errorf("identify table: %w", err)
	}
	sum := sha256.Sum256(b)
	t.Digest = hex.EncodeToString(sum[:])
	return nil
}
