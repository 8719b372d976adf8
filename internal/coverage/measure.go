package coverage

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5/pgxpool"

	"hongxian/geodata"
	"hongxian/geodata/postgis"
)

const (
	// listed is the area in m² from which a piece is listed: what a check calls
	// concerned.
	listed = 0.01
	// hairline is the mean width in metres below which a part is a border that two
	// deliveries densified between other points, not land.
	hairline = 0.0002
	// mostPieces is how many pieces are listed, the largest; the others are counted.
	mostPieces = 5000
)

// Measurer measures how layers lie on each other.
type Measurer struct {
	DB        *pgxpool.Pool
	Tolerance Tolerance
	Program   string // name and version of this program, part of every answer's identity
}

// Request says what to compare: versions of one county, one at least. One alone is
// compared with itself: its features with each other.
type Request struct {
	County   string // code; empty means the only one held
	Versions []geodata.VersionRef
	// Pinned has the answer divided by Townships, or by none where it is nil, as an
	// earlier answer was; otherwise by those in force.
	Pinned    bool
	Townships *geodata.VersionRef
}

// Measure answers. The report has no creation time; whoever keeps it sets one.
// Errors: Invalid for a request that makes no sense, NotFound for what is not held,
// Conflict for a draft; a result that does not close is an internal error.
func (m *Measurer) Measure(ctx context.Context, r Request) (*Report, error) {
	w, err := m.prepare(ctx, r)
	if err != nil {
		return nil, err
	}
	return w.measure(ctx)
}

// Identify gives the county and the identity that Measure's answer would have,
// without measuring.
func (m *Measurer) Identify(ctx context.Context, r Request) (county, id string, err error) {
	w, err := m.prepare(ctx, r)
	if err != nil {
		return "", "", err
	}
	return w.county.Code, w.id, nil
}

// prepare finds what an answer depends on.
func (m *Measurer) prepare(ctx context.Context, r Request) (*work, error) {
	county, versions, township, err := m.ask(ctx, r)
	if err != nil {
		return nil, err
	}
	libraries, err := postgis.Libraries(ctx, m.DB)
	if err != nil {
		return nil, err
	}
	w := &work{db: m.DB, county: county, versions: versions, township: township, tolerance: m.Tolerance}
	w.id = w.identity(m.Program, libraries)
	return w, nil
}

func (w *work) measure(ctx context.Context) (*Report, error) {
	for _, step := range []func(context.Context) error{w.findFaces, w.findSets, w.nameMembers, w.nameTownships} {
		if err := step(ctx); err != nil {
			return nil, fmt.Errorf("coverage of %s: %w", w.county.Code, err)
		}
	}
	w.takeOff()
	report, err := w.report()
	if err != nil {
		return nil, fmt.Errorf("coverage of %s: %w", w.county.Code, err)
	}
	return report, nil
}
