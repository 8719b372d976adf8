package quality

import (
	"context"
	_ "embed"

	"github.com/jackc/pgx/v5"

	"hongxian/geodata"
)

const (
	// edgesACell is how many edges a cell should have: few enough to be cut at once.
	edgesACell = 1500
	// cellsATime bounds one statement, so that it can be cancelled soon.
	cellsATime = 8
)

var (
	//go:embed sql/edge.sql
	edgeSQL string
	//go:embed sql/edges.sql
	edgesSQL string
	//go:embed sql/edge_line.sql
	edgeLineSQL string
	//go:embed sql/cells.sql
	cellsSQL string
	//go:embed sql/face.sql
	faceSQL string
	//go:embed sql/faces.sql
	facesSQL string
	//go:embed sql/adjoining.sql
	adjoiningSQL string
	//go:embed sql/places.sql
	placesSQL string
	//go:embed sql/feature_slivers.sql
	featureSliversSQL string
	//go:embed sql/duplicates.sql
	duplicatesSQL string
	//go:embed sql/totals.sql
	totalsSQL string
)

// examineGround finds everything that has a place.
func (w *work) examineGround(ctx context.Context) error {
	v := w.version
	steps := []struct {
		sql  string
		args pgx.StrictNamedArgs
	}{
		{edgeSQL, nil},
		{edgesSQL, pgx.StrictNamedArgs{"county": w.ref.County, "version": v.ID, "plane": v.Plane}},
		{edgesSQL, pgx.StrictNamedArgs{"county": w.ref.County, "version": v.Townships, "plane": v.Plane}},
		{edgeLineSQL, nil},
		{"analyze edge", nil},
		{cellsSQL, pgx.StrictNamedArgs{"edges": edgesACell}},
		{faceSQL, nil},
	}
	if !w.laidOut() {
		steps = steps[len(steps)-1:]
	}
	for i, s := range steps {
		if err := w.exec(ctx, s.sql, s.args); err != nil {
			return err
		}
		w.progress(0.4 * float64(i+1) / float64(len(steps)))
	}
	if err := w.cutFaces(ctx); err != nil {
		return err
	}
	if err := w.joinFaces(ctx); err != nil {
		return err
	}
	if err := w.exec(ctx, featureSliversSQL, pgx.StrictNamedArgs{"county": w.ref.County, "version": v.ID, "plane": v.Plane,
		"area": w.rules.SliverM2, "width": w.rules.SliverM}); err != nil {
		return err
	}
	if err := w.exec(ctx, duplicatesSQL, w.key()); err != nil {
		return err
	}
	return w.addUp(ctx)
}

func (w *work) exec(ctx context.Context, sql string, args pgx.StrictNamedArgs) error {
	var all []any
	if args != nil {
		all = []any{args}
	}
	_, err := w.tx.Exec(ctx, sql, all...)
	return err
}

// laidOut says whether there is anything to look for that lies between features.
func (w *work) laidOut() bool {
	return w.version.Tiles || !w.version.Overlaps || w.version.Townships != 0
}

// cutFaces finds the faces that are wrong, some cells at a time.
func (w *work) cutFaces(ctx context.Context) error {
	if !w.laidOut() {
		return nil
	}
	var cells int
	if err := w.tx.QueryRow(ctx, "select count(*) from cell").Scan(&cells); err != nil {
		return err
	}
	v := w.version
	for first := 1; first <= cells; first += cellsATime {
		if err := w.exec(ctx, facesSQL, pgx.StrictNamedArgs{"version": v.ID, "townships": v.Townships,
			"overlaps": !v.Overlaps, "gaps": v.Tiles, "outsides": v.Townships != 0, "first": first, "last": first + cellsATime - 1}); err != nil {
			return err
		}
		w.progress(0.4 + 0.4*float64(min(first+cellsATime, cells))/float64(cells))
	}
	return nil
}

// face is what joining needs to know of one.
type face struct {
	id   int32
	open bool
}

// joinFaces puts together what the cells cut apart. Ground outside a layer that
// reaches the outermost cells' border is no gap.
func (w *work) joinFaces(ctx context.Context) error {
	rows, err := w.tx.Query(ctx, `select id, open from face order by id`)
	if err != nil {
		return err
	}
	faces, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (f face, err error) { return f, row.Scan(&f.id, &f.open) })
	if err != nil {
		return err
	}
	joined := newGroups(faces)
	rows, err = w.tx.Query(ctx, adjoiningSQL)
	if err != nil {
		return err
	}
	var a, b int32
	if _, err := pgx.ForEachRow(rows, []any{&a, &b}, func() error { joined.join(a, b); return nil }); err != nil {
		return err
	}
	ids, places := joined.enclosed()
	return w.exec(ctx, placesSQL, pgx.StrictNamedArgs{"faces": ids, "places": places, "plane": w.version.Plane, "noise": Noise, "hairline": Hairline})
}

// addUp makes a check of each kind of place.
func (w *work) addUp(ctx context.Context) error {
	rows, err := w.tx.Query(ctx, totalsSQL)
	if err != nil {
		return err
	}
	counts, areas := map[Kind]int{}, map[Kind]geodata.Area{}
	var kind Kind
	var isHairline bool
	var count int
	var area geodata.Area
	_, err = pgx.ForEachRow(rows, []any{&kind, &isHairline, &count, &area}, func() error {
		if isHairline {
			w.report.Hairlines += count
			return nil
		}
		counts[kind], areas[kind] = count, area
		return nil
	})
	if err != nil {
		return err
	}
	for _, kind := range Kinds {
		if kind.HasPlaces() {
			c := Check{Kind: kind, Count: counts[kind], Area: areas[kind], Why: w.whyNot(kind)}
			if c.Why != "" {
				c.Status = NotChecked
			}
			w.add(c)
		}
	}
	return nil
}

// whyNot says why a kind of place was not looked for, empty when it was.
func (w *work) whyNot(kind Kind) string {
	v := w.version
	switch {
	case kind == Overlap && v.Overlaps:
		return "overlaps-allowed"
	case kind == Gap && !v.Tiles:
		return "need-not-tile"
	case kind == Outside && w.ref.Layer == geodata.Township:
		return "is-the-county"
	case kind == Outside && v.Townships == 0:
		return "no-townships"
	}
	return ""
}
