package change

import (
	"cmp"
	"context"
	_ "embed"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"

	"hongxian/geodata"
	"hongxian/geodata/postgis"
)

// Picture (附图) is a comparison as geometry: the pieces, the features that changed,
// and what a map shows around them. Everything is in the county's Gauss-Krüger plane
// (metres) unless SRID says longitude and latitude; east first.
type Picture struct {
	SRID          int
	Pieces        []PicturePiece   // in the report's order
	Before, After []PictureFeature // features that changed, as their versions have them
	Layer         []PictureFeature // the newer version, as far as a map can show it
	Townships     []PictureFeature // likewise
}

// PicturePiece is the ground of a piece.
type PicturePiece struct {
	Number   int
	Kind     PieceKind
	Geometry orb.MultiPolygon
}

// PictureFeature is a feature's ground.
type PictureFeature struct {
	Record            int // in its version's delivery
	Code, Name, Class string
	Geometry          orb.MultiPolygon
}

// dotsAcross is how many dots a printed map has across: 180 mm at 300 dpi.
const dotsAcross = 2126

// Illustrate draws up the picture of a comparison: the same versions compared again.
// srid says in which coordinates: 0 for the county's Gauss-Krüger plane, or 4490.
func (c *Comparer) Illustrate(ctx context.Context, r Request, srid int) (*Picture, error) {
	var p *Picture
	err := c.within(ctx, r, func(k *comparison) error {
		p = &Picture{SRID: cmp.Or(srid, k.county.PlaneSRID)}
		for _, step := range []func(context.Context, *Picture) error{k.drawPieces, k.drawChanged, k.drawAround} {
			if err := step(ctx, p); err != nil {
				return fmt.Errorf("illustrate change of %s: %w", k.to.Ref(), err)
			}
		}
		return nil
	})
	return p, err
}

//go:embed sql/picture_pieces.sql
var picturePiecesSQL string

func (k *comparison) drawPieces(ctx context.Context, p *Picture) error {
	ids, number := make([]int32, len(k.pieces)), map[int32]int{}
	for i, piece := range k.pieces {
		ids[i], number[piece.id] = piece.id, i
		p.Pieces = append(p.Pieces, PicturePiece{Number: i + 1, Kind: piece.kind})
	}
	rows, err := k.tx.Query(ctx, picturePiecesSQL, pgx.StrictNamedArgs{"pieces": ids, "plane": p.SRID})
	if err != nil {
		return err
	}
	var id int32
	var g postgis.Geometry
	_, err = pgx.ForEachRow(rows, []any{&id, &g}, func() error {
		p.Pieces[number[id]].Geometry, _ = g.Geometry.(orb.MultiPolygon)
		return nil
	})
	return err
}

//go:embed sql/picture_features.sql
var pictureFeaturesSQL string

// drawChanged draws the features that became something else.
func (k *comparison) drawChanged(ctx context.Context, p *Picture) error {
	changes, _ := k.featureChanges()
	for s, v := range []geodata.Version{k.from, k.to} {
		records := []int{}
		for _, c := range changes {
			for _, f := range [2][]FeatureState{c.Before, c.After}[s] {
				records = append(records, f.Record)
			}
		}
		drawn, err := k.draw(ctx, pictureFeaturesSQL, pgx.StrictNamedArgs{"county": k.county.Code, "version": v.ID,
			"records": records, "plane": p.SRID})
		if err != nil {
			return err
		}
		if side(s) == older {
			p.Before = drawn
		} else {
			p.After = drawn
		}
	}
	return nil
}

//go:embed sql/picture_around.sql
var pictureAroundSQL string

// drawAround draws the newer version and the townships as finely as a map shows them.
func (k *comparison) drawAround(ctx context.Context, p *Picture) error {
	for _, l := range []struct {
		v   geodata.Version
		out *[]PictureFeature
	}{{k.to, &p.Layer}, {k.township, &p.Townships}} {
		var err error
		if *l.out, err = k.draw(ctx, pictureAroundSQL, pgx.StrictNamedArgs{"county": k.county.Code, "version": l.v.ID,
			"plane": p.SRID, "dots": dotsAcross}); err != nil {
			return err
		}
	}
	return nil
}

func (k *comparison) draw(ctx context.Context, sql string, args pgx.StrictNamedArgs) ([]PictureFeature, error) {
	rows, err := k.tx.Query(ctx, sql, args)
	if err != nil {
		return nil, err
	}
	var out []PictureFeature
	var f PictureFeature
	var g postgis.Geometry
	_, err = pgx.ForEachRow(rows, []any{&f.Record, &f.Code, &f.Name, &f.Class, &g}, func() error {
		f.Geometry, _ = g.Geometry.(orb.MultiPolygon)
		out = append(out, f)
		return nil
	})
	return out, err
}
