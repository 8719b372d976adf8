package outline

import (
	"context"
	_ "embed"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/maypok86/otter/v2"
	"github.com/paulmach/orb"

	"hongxian/geodata/postgis"
)

// Most is how many bytes of outlines are kept in memory, without their indexes,
// which take about half as much again; those that were not asked for longest go
// first. A version of more than half of it is not kept: the database is asked about
// it, as it would be without outlines.
const Most = 256 << 20

// readTime is how long a version may be read; whoever asked may have gone by then,
// but others wait for it too.
const readTime = time.Minute

// Outline (版本轮廓) is what is kept of a version.
type Outline struct {
	Borders Borders // in the measuring plane
	Faces   Faces   // in the county's Gauss-Krüger plane

	bytes int64
}

// Keeper keeps the outlines of the versions that are asked about.
type Keeper struct {
	db    *pgxpool.Pool
	most  int64
	cache *otter.Cache[Version, *Outline]
}

// Version names a version. Its digest is that of its features: a database that was
// put back under a running program may give the number to others.
type Version struct {
	County string
	ID     int64
	Digest string
}

// NewKeeper keeps nothing yet.
func NewKeeper(db *pgxpool.Pool) *Keeper { return newKeeper(db, Most) }

func newKeeper(db *pgxpool.Pool, most int64) *Keeper {
	return &Keeper{db: db, most: most, cache: otter.Must(&otter.Options[Version, *Outline]{
		MaximumWeight: uint64(most >> 10),
		Weigher:       func(_ Version, o *Outline) uint32 { return uint32(o.bytes>>10) + 1 },
	})}
}

// Of gives the outline of a version that was prepared, nil when it is too large to
// keep. It is read when it is first asked for, once for all who ask.
func (k *Keeper) Of(ctx context.Context, v Version) (*Outline, error) {
	if o, found := k.cache.GetIfPresent(v); found {
		return o.orNone(), nil
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), readTime)
	defer cancel()
	o, err := k.cache.Get(ctx, v, otter.LoaderFunc[Version, *Outline](k.read))
	if err != nil {
		return nil, fmt.Errorf("read outline of version %d: %w", v.ID, err)
	}
	return o.orNone(), nil
}

// orNone is nil for one that is not kept.
func (o *Outline) orNone() *Outline {
	if o.bytes == 0 {
		return nil
	}
	return o
}

var (
	//go:embed sql/size.sql
	sizeSQL string
	//go:embed sql/borders.sql
	bordersSQL string
	//go:embed sql/faces.sql
	facesSQL string
)

// read reads a version; one that is too large is an outline of no bytes.
func (k *Keeper) read(ctx context.Context, v Version) (*Outline, error) {
	args := pgx.StrictNamedArgs{"county": v.County, "version": v.ID}
	var bytes int64
	if err := k.db.QueryRow(ctx, sizeSQL, args).Scan(&bytes); err != nil {
		return nil, err
	}
	if bytes > k.most/2 {
		return &Outline{}, nil
	}
	o := &Outline{bytes: max(bytes, 1)}
	var id int32
	var shape postgis.Geometry
	rows, _ := k.db.Query(ctx, bordersSQL, args)
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
	rows, _ = k.db.Query(ctx, facesSQL, args)
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
