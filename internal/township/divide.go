package township

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"math"

	"github.com/jackc/pgx/v5"
)

const (
	// faceNoise is what a face may lack by rounding without lying outside, m².
	faceNoise = 1e-4
	// presence is how much of a feature must lie in a township to count there, m²:
	// what makes a layer concerned in a check.
	presence = 0.01
	// hairline is the mean width below which a part is one border densified twice, m,
	// as in a check.
	hairline = 0.2e-3
)

// rounding is what two sums over a layer of the given area may differ by, m².
func rounding(area float64) float64 { return 1e-3 + 1e-9*math.Abs(area) }

// division (分摊) is one version being divided among the townships of a version, and
// what it has in common with others.
type division struct {
	tx                 pgx.Tx
	county             string
	version, townships int64
	progress           func(float64) // nil: nobody wants to know
}

// tell says how far the work is.
func (d division) tell(share float64) {
	if d.progress != nil {
		d.progress(share)
	}
}

var (
	//go:embed sql/division.sql
	divisionSQL string
	//go:embed sql/contacts.sql
	contactsSQL string
	//go:embed sql/parts.sql
	partsSQL string
	//go:embed sql/outside.sql
	outsideSQL string
	//go:embed sql/keep_parts.sql
	sharesSQL string
	//go:embed sql/presence.sql
	presenceSQL string
	//go:embed sql/keep_towns.sql
	keepTownsSQL string
	//go:embed sql/pair.sql
	pairSQL string
	//go:embed sql/pair_area.sql
	pairAreaSQL string
	//go:embed sql/layer_area.sql
	layerAreaSQL string
	//go:embed sql/closing.sql
	closingSQL string
)

// divide does what of it is not done yet.
func (d division) divide(ctx context.Context, others []int64) error {
	alone, err := d.begin(ctx, nil)
	if err != nil {
		return err
	}
	pairs := map[int64]int64{} // division by other version
	for _, other := range others {
		id, err := d.begin(ctx, &other)
		if err != nil {
			return err
		}
		if id != 0 {
			pairs[other] = id
		}
	}
	if alone == 0 && len(pairs) == 0 {
		return nil
	}
	if err := d.cut(ctx); err != nil {
		return err
	}
	d.tell(0.6)
	if alone != 0 {
		if err := d.keep(ctx, alone); err != nil {
			return err
		}
	}
	for i, other := range others {
		d.tell(0.8 + 0.2*float64(i)/float64(len(others)))
		if id := pairs[other]; id != 0 {
			if err := d.keepPair(ctx, id, other); err != nil {
				return err
			}
		}
	}
	_, err = d.tx.Exec(ctx, "drop table contact, part")
	return err
}

// begin gives the new division's key, 0 when it is done already.
func (d division) begin(ctx context.Context, other *int64) (id int64, err error) {
	err = d.tx.QueryRow(ctx, divisionSQL, pgx.StrictNamedArgs{
		"county": d.county, "version": d.version, "other": other, "townships": d.townships}).Scan(&id)
	if errors.Is(err, pgx.ErrNoRows) {
		return 0, nil
	}
	return id, err
}

// cut finds the parts of the version's faces.
func (d division) cut(ctx context.Context) error {
	args := pgx.StrictNamedArgs{"county": d.county, "version": d.version, "townships": d.townships}
	noisy := pgx.StrictNamedArgs{"county": d.county, "version": d.version, "townships": d.townships, "noise": faceNoise}
	for _, s := range []struct {
		sql  string
		args []any
	}{
		{contactsSQL, []any{args}}, {"analyze contact", nil}, {partsSQL, []any{args}}, {outsideSQL, []any{noisy}}, {"analyze part", nil},
	} {
		if _, err := d.tx.Exec(ctx, s.sql, s.args...); err != nil {
			return err
		}
	}
	return nil
}

// keep stores the version's shares and proves that they add up to it.
func (d division) keep(ctx context.Context, id int64) error {
	args := pgx.StrictNamedArgs{"county": d.county, "version": d.version, "division": id}
	if _, err := d.tx.Exec(ctx, sharesSQL, args); err != nil {
		return err
	}
	_, err := d.tx.Exec(ctx, presenceSQL, pgx.StrictNamedArgs{"county": d.county, "version": d.version, "division": id, "least": presence, "hairline": hairline})
	if err != nil {
		return err
	}
	return d.close(ctx, id, layerAreaSQL, pgx.StrictNamedArgs{"county": d.county, "version": d.version})
}

func (d division) keepPair(ctx context.Context, id, other int64) error {
	_, err := d.tx.Exec(ctx, pairSQL, pgx.StrictNamedArgs{"county": d.county, "version": d.version, "other": other, "division": id})
	if err != nil {
		return err
	}
	return d.close(ctx, id, pairAreaSQL, pgx.StrictNamedArgs{"county": d.county, "version": d.version, "other": other})
}

// keepTowns stores how large the townships themselves are, which are divided by
// nothing.
func (d division) keepTowns(ctx context.Context) error {
	id, err := d.begin(ctx, nil)
	if err != nil || id == 0 {
		return err
	}
	if _, err := d.tx.Exec(ctx, keepTownsSQL, pgx.StrictNamedArgs{"county": d.county, "townships": d.townships, "division": id}); err != nil {
		return err
	}
	return d.close(ctx, id, layerAreaSQL, pgx.StrictNamedArgs{"county": d.county, "version": d.townships})
}

// close measures the undivided area and compares the shares' sum with it.
func (d division) close(ctx context.Context, id int64, wholeSQL string, args pgx.StrictNamedArgs) error {
	var whole, shares float64
	if err := d.tx.QueryRow(ctx, wholeSQL, args).Scan(&whole); err != nil {
		return err
	}
	err := d.tx.QueryRow(ctx, closingSQL, pgx.StrictNamedArgs{"county": d.county, "division": id, "area": whole}).Scan(&shares)
	if err == nil && math.Abs(whole-shares) > rounding(whole) {
		err = fmt.Errorf("shares of %.6f m² do not add up to the faces' %.6f m²", shares, whole)
	}
	return err
}
