package township

import (
	"context"
	_ "embed"
	"fmt"

	"github.com/jackc/pgx/v5"

	"hongxian/geodata"
	"hongxian/geodata/postgis"
)

// Divider (乡镇分摊准备) divides versions among the townships in force when they
// are put in force, and every version in force when new townships are.
type Divider struct {
	Describe func(postgis.County) (County, error) // the county's settings
}

// Warning (提示) is something about published townships that tables will show.
type Warning struct {
	Code   string
	ZH, EN string
}

// Name says what is prepared; it is stored.
func (Divider) Name() string { return "townships" }

// After names what must be prepared before.
func (Divider) After() []string { return []string{"faces"} }

// Prepare divides the version, and what it has in common with those that the
// county's settings pair it with.
func (d Divider) Prepare(ctx context.Context, tx pgx.Tx, v geodata.Version, progress func(float64)) ([]Warning, error) {
	c := &postgis.Catalogue{DB: tx}
	held, err := c.County(ctx, v.County)
	if err != nil {
		return nil, err
	}
	settings, err := d.Describe(held)
	if err != nil {
		return nil, err
	}
	versions, err := c.Versions(ctx, v.County, "")
	if err != nil {
		return nil, err
	}
	inForce := map[geodata.LayerKey]geodata.Version{}
	for _, o := range versions {
		if o.State == geodata.InForce {
			inForce[o.Layer] = o
		}
	}
	inForce[v.Layer] = v // what it replaces is of no concern any more
	if v.Layer == geodata.Township {
		return d.divideAll(ctx, tx, settings, inForce, progress)
	}
	townships, ok := inForce[geodata.Township]
	if !ok {
		return nil, nil
	}
	one := division{tx: tx, county: v.County, version: v.ID, townships: townships.ID}
	return nil, one.divide(ctx, partners(settings, v.Layer, inForce))
}

// divideAll divides every version in force among new townships.
func (d Divider) divideAll(ctx context.Context, tx pgx.Tx, s County, inForce map[geodata.LayerKey]geodata.Version, progress func(float64)) ([]Warning, error) {
	townships := inForce[geodata.Township]
	layers, err := (&postgis.Catalogue{DB: tx}).Layers(ctx, townships.County)
	if err != nil {
		return nil, err
	}
	own := division{tx: tx, county: townships.County, version: townships.ID, townships: townships.ID}
	if err := own.keepTowns(ctx); err != nil {
		return nil, fmt.Errorf("keep the townships' areas: %w", err)
	}
	for i, l := range layers {
		v, ok := inForce[l.Key]
		if !ok || l.Key == geodata.Township {
			continue
		}
		one := division{tx: tx, county: v.County, version: v.ID, townships: townships.ID}
		var others []int64
		for _, p := range s.Pairs {
			if other, ok := inForce[p[1]]; ok && p[0] == l.Key {
				others = append(others, other.ID)
			}
		}
		if err := one.divide(ctx, others); err != nil {
			return nil, fmt.Errorf("divide %s: %w", v.Ref(), err)
		}
		progress(float64(i+1) / float64(len(layers)))
	}
	return warnings(ctx, tx, townships)
}

// partners are the versions in force that a layer is paired with.
func partners(s County, key geodata.LayerKey, inForce map[geodata.LayerKey]geodata.Version) (others []int64) {
	for _, p := range s.Pairs {
		for i := range p {
			if v, ok := inForce[p[1-i]]; ok && p[i] == key && p[1-i] != key {
				others = append(others, v.ID)
			}
		}
	}
	return others
}

// worthSaying is how large a gap or an overlap of townships must be, m².
const worthSaying = 1.0

var (
	//go:embed sql/overlapping.sql
	overlappingSQL string
	//go:embed sql/gaps.sql
	gapsSQL string
)

// warnings tell of places that two townships claim, and of holes between them.
func warnings(ctx context.Context, tx pgx.Tx, v geodata.Version) (out []Warning, err error) {
	args := pgx.StrictNamedArgs{"county": v.County, "townships": v.ID, "least": worthSaying}
	rows, err := tx.Query(ctx, overlappingSQL, args)
	if err != nil {
		return nil, err
	}
	var names string
	var area, x, y float64
	_, err = pgx.ForEachRow(rows, []any{&names, &area}, func() error {
		a := geodata.Area(area).In(geodata.SquareMetre, 2)
		out = append(out, Warning{"townships-overlap",
			fmt.Sprintf("%s 互相重叠 %s 平方米；统计表中列为“重复覆盖”。", names, a),
			fmt.Sprintf("%s overlap by %s m²; tables show it as multiply covered.", names, a)})
		return nil
	})
	if err != nil {
		return nil, err
	}
	if rows, err = tx.Query(ctx, gapsSQL, args); err != nil {
		return nil, err
	}
	_, err = pgx.ForEachRow(rows, []any{&area, &x, &y}, func() error {
		a := geodata.Area(area).In(geodata.SquareMetre, 2)
		out = append(out, Warning{"townships-gap",
			fmt.Sprintf("乡镇之间有空隙 %s 平方米，位于 (%.6f, %.6f)；统计表中列为“乡镇范围外”。", a, x, y),
			fmt.Sprintf("There is a gap of %s m² between townships at (%.6f, %.6f); tables show it as outside.", a, x, y)})
		return nil
	})
	return out, err
}

//go:embed sql/forget.sql
var forgetSQL string

// Undo drops the divisions the version takes part in.
func (Divider) Undo(ctx context.Context, tx pgx.Tx, v geodata.Version) error {
	_, err := tx.Exec(ctx, forgetSQL, pgx.StrictNamedArgs{"county": v.County, "version": v.ID})
	return err
}
