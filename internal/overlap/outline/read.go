package outline

import (
	"context"
	_ "embed"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"

	"hongxian/geodata"
	"hongxian/geodata/postgis"
)

var (
	//go:embed sql/size.sql
	sizeSQL string
	//go:embed sql/borders.sql
	bordersSQL string
	//go:embed sql/faces.sql
	facesSQL string
)

// read reads a version as it is at one moment; one that is too large is an outline of
// no bytes.
func (k *Keeper) read(ctx context.Context, v Version) (o *Outline, err error) {
	snapshot := pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly}
	err = pgx.BeginTxFunc(ctx, k.db, snapshot, func(tx pgx.Tx) error {
		o, err = k.readIn(ctx, tx, v)
		return err
	})
	return o, err
}

func (k *Keeper) readIn(ctx context.Context, tx pgx.Tx, v Version) (*Outline, error) {
	args := pgx.StrictNamedArgs{"county": v.County, "version": v.ID}
	var held string
	var bytes int64
	if err := tx.QueryRow(ctx, sizeSQL, args).Scan(&held, &bytes); err != nil {
		return nil, err
	}
	if held != v.Digest {
		return nil, exchanged(v, held)
	}
	if bytes > k.most/2 {
		return &Outline{}, nil
	}
	o := &Outline{bytes: max(bytes, 1)}
	var id int32
	var shape postgis.Geometry
	rows, _ := tx.Query(ctx, bordersSQL, args)
	_, err := pgx.ForEachRow(rows, []any{&id, &shape}, func() error {
		feature, ok := shape.Geometry.(orb.MultiPolygon)
		if !ok {
			return fmt.Errorf("feature %d is a %T", id, shape.Geometry)
		}
		o.Borders.Add(id, feature)
		return nil
	})
	if err != nil {
		return nil, err
	}
	rows, _ = tx.Query(ctx, facesSQL, args)
	_, err = pgx.ForEachRow(rows, []any{&shape}, func() error {
		face, ok := shape.Geometry.(orb.Polygon)
		if !ok {
			return fmt.Errorf("a face is a %T", shape.Geometry)
		}
		o.Faces.Add(face)
		return nil
	})
	return o, err
}

// codeExchanged is the code of what exchanged says.
const codeExchanged = "version-exchanged"

// exchanged says that the number of a version that was looked up a moment ago is
// another's, or nobody's: the database was put back meanwhile.
func exchanged(v Version, held string) error {
	return &geodata.Error{Kind: geodata.Unavailable, Code: codeExchanged,
		ZH:  "核查所用的图层版本在核查期间被换掉了（数据库被恢复或改动），未给出结果；请重新核查。",
		EN:  "A version that the check uses was exchanged under it (the database was restored or altered); no result was given. Check again.",
		Err: fmt.Errorf("version %d of county %s has the digest %q, not %q", v.ID, v.County, held, v.Digest)}
}
