package outline

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/maypok86/otter/v2"

	"hongxian/geodata"
)

// Most is how many bytes of outlines are kept in memory, without their indexes,
// which take about half as much again; those that were not asked for longest go
// first. A version of more than half of it is not kept: the database is asked about
// it, as it would be without outlines.
const Most = 256 << 20

const (
	// readTime is how long a version may be read; whoever asked may have gone by then,
	// but others wait for it too.
	readTime = time.Minute
	// sulkFor is how long one that could not be read is not read again: every check
	// would wait for it.
	sulkFor = time.Minute
)

// Outline (版本轮廓) is what is kept of a version.
type Outline struct {
	Borders Borders // in the measuring plane
	Faces   Faces   // in the county's Gauss-Krüger plane

	bytes  int64
	unread bool
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
		ExpiryCalculator: otter.ExpiryCreatingFunc(func(e otter.Entry[Version, *Outline]) time.Duration {
			if e.Value.unread {
				return sulkFor
			}
			return math.MaxInt64 // it stays true
		}),
	})}
}

// Of gives the outline of a version that was prepared. It is read when it is first
// asked for, once for all who ask. It is nil for one that is too large to keep, and,
// for a while, for one that could not be read, which the log tells: without it the
// database is asked, and answers the same. Errors: Unavailable where the database
// holds another version under the number, of which nobody may be told anything.
func (k *Keeper) Of(ctx context.Context, v Version) (*Outline, error) {
	if o, found := k.cache.GetIfPresent(v); found {
		return o.orNone(), nil
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), readTime)
	defer cancel()
	o, err := k.cache.Get(ctx, v, otter.LoaderFunc[Version, *Outline](k.load))
	switch {
	case errors.Is(err, context.DeadlineExceeded): // waiting for whoever reads it, and says why
		return nil, nil
	case err != nil:
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

// load reads a version; one that cannot be read is an outline of no bytes.
func (k *Keeper) load(ctx context.Context, v Version) (*Outline, error) {
	o, err := k.read(ctx, v)
	if err == nil || geodata.AsError(err).Code == codeExchanged {
		return o, err
	}
	slog.WarnContext(ctx, "outline not read; the database is asked instead", "county", v.County, "version", v.ID, "again_in", sulkFor, "error", err)
	return &Outline{unread: true}, nil
}
