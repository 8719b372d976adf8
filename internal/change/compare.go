package change

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"sync"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"hongxian/geodata"
	"hongxian/geodata/postgis"
)

// Comparer compares versions.
type Comparer struct {
	DB      *pgxpool.Pool
	Rules   Rules
	Program string // name and version of this program, part of every answer's identity

	// Cut cuts a draft into faces within tx, which is rolled back afterwards, so that
	// a draft can be compared before it is published; nil refuses drafts.
	Cut func(ctx context.Context, tx pgx.Tx, v geodata.Version) error
	// Indicators are the yearly values that stand for the layer's function; nil where
	// none are held.
	Indicators func(ctx context.Context, from, to geodata.Version) ([]Indicator, error)

	mu        sync.Mutex
	libraries string // PostGIS, GEOS and PROJ versions, asked once
}

// Request names the versions to compare, of one layer; the older one first.
type Request struct {
	From, To geodata.VersionRef
	// Township is the version of the townships that divides the county; without a
	// label, or altogether empty, the one in force, if there is one.
	Township geodata.VersionRef
}

// Compare compares two versions of a layer. The report has no creation time; whoever
// keeps it sets one. Errors: Invalid for versions of different layers, NotFound for
// one that is not held; a result that does not close is an internal error.
func (c *Comparer) Compare(ctx context.Context, r Request) (*Report, error) {
	var report *Report
	err := c.within(ctx, r, func(k *comparison) (err error) {
		report, err = k.report(ctx)
		return err
	})
	return report, err
}

// within opens a comparison, works it out and lets use read it before its temporary
// tables go.
func (c *Comparer) within(ctx context.Context, r Request, use func(*comparison) error) error {
	libraries, err := c.askLibraries(ctx)
	if err != nil {
		return err
	}
	tx, err := c.DB.Begin(ctx)
	if err != nil {
		return fmt.Errorf("begin comparison: %w", err)
	}
	defer tx.Rollback(context.WithoutCancel(ctx)) // nothing stays: temporary tables, faces of drafts
	// A comparison may work on whole layers; the caller's context bounds it.
	if _, err := tx.Exec(ctx, "set local statement_timeout = 0"); err != nil {
		return fmt.Errorf("lift statement timeout: %w", err)
	}
	k, err := c.open(ctx, tx, r)
	if err != nil {
		return err
	}
	k.libraries = libraries
	for _, side := range []geodata.Version{k.from, k.to} {
		if err := c.makeFaces(ctx, tx, side); err != nil {
			return err
		}
	}
	if err := k.run(ctx); err != nil {
		return fmt.Errorf("compare %s with %s: %w", k.from.Ref(), k.to.Ref(), err)
	}
	return use(k)
}

// open finds the versions and the townships in force.
func (c *Comparer) open(ctx context.Context, tx pgx.Tx, r Request) (*comparison, error) {
	if r.From.Layer != r.To.Layer || r.From.County != "" && r.To.County != "" && r.From.County != r.To.County {
		return nil, &geodata.Error{Kind: geodata.Invalid, Code: "layers-differ",
			ZH: fmt.Sprintf("只能比较同一县、同一图层的两个版本，%s 与 %s 不是。", r.From, r.To),
			EN: fmt.Sprintf("Only two versions of one layer of one county can be compared; %s and %s are not.", r.From, r.To)}
	}
	if r.From.County == "" {
		r.From.County = r.To.County
	}
	catalogue := &postgis.Catalogue{DB: tx}
	k := &comparison{tx: tx, comparer: c}
	var err error
	if k.county, err = catalogue.County(ctx, r.From.County); err != nil {
		return nil, err
	}
	r.From.County, r.To.County = k.county.Code, k.county.Code
	if k.from, err = catalogue.Resolve(ctx, r.From); err != nil {
		return nil, err
	}
	if k.to, err = catalogue.Resolve(ctx, r.To); err != nil {
		return nil, err
	}
	layers, err := catalogue.Layers(ctx, k.county.Code)
	if err != nil {
		return nil, err
	}
	for _, l := range layers {
		if l.Key == k.to.Layer {
			k.layer = l
		}
	}
	k.township, err = catalogue.Resolve(ctx, geodata.VersionRef{County: k.county.Code, Layer: geodata.Township, Label: r.Township.Label})
	if err != nil && (r.Township.Label != "" || !geodata.IsKind(err, geodata.NotFound)) {
		return nil, err
	}
	return k, nil
}

// isDraft says that a version has no faces of its own yet.
func isDraft(v geodata.Version) bool { return v.State == geodata.Draft }

// makeFaces cuts a draft.
func (c *Comparer) makeFaces(ctx context.Context, tx pgx.Tx, v geodata.Version) error {
	if !isDraft(v) {
		return nil
	}
	if c.Cut == nil || v.Features == 0 {
		return notPrepared(v)
	}
	if err := c.Cut(ctx, tx, v); err != nil {
		return fmt.Errorf("cut draft %s: %w", v.Ref(), err)
	}
	return nil
}

//go:embed sql/libraries.sql
var librariesSQL string

// askLibraries asks once which libraries compute.
func (c *Comparer) askLibraries(ctx context.Context) (string, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.libraries == "" {
		if err := c.DB.QueryRow(ctx, librariesSQL).Scan(&c.libraries); err != nil {
			return "", errors.Join(errors.New("ask for library versions"), err)
		}
	}
	return c.libraries, nil
}
