package postgis

import (
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"iter"

	"github.com/jackc/pgx/v5"

	"hongxian/geodata"
)

// Delivered (交付图斑) is a record of a version as it was delivered: attributes in
// their own spelling, coordinates and reference system as they came.
type Delivered struct {
	Record            int // 1-based, in the delivered file
	Code, Name, Class string
	Attributes        map[string]json.RawMessage
	Geometry          Geometry
	Area              geodata.Area // ellipsoidal
}

// DeliveredField (交付字段) is an attribute of a version's records.
type DeliveredField struct {
	Name    string
	Longest int  // bytes of the longest value's text in UTF-8; 0 where all are null
	Large   bool // whole numbers of more than 15 digits are among the values
}

//go:embed sql/delivered.sql
var deliveredSQL string

// Delivered streams the records of a version in the order they were delivered in.
// An error is the last that is yielded.
func (c *Catalogue) Delivered(ctx context.Context, v geodata.Version) iter.Seq2[Delivered, error] {
	return func(yield func(Delivered, error) bool) {
		rows, err := c.DB.Query(ctx, deliveredSQL, pgx.StrictNamedArgs{"version": v.ID})
		if err != nil {
			yield(Delivered{}, fmt.Errorf("read %s: %w", v.Ref(), err))
			return
		}
		defer rows.Close()
		for rows.Next() {
			var d Delivered
			if err := rows.Scan(&d.Record, &d.Code, &d.Name, &d.Class, &d.Attributes, &d.Geometry, &d.Area); err != nil {
				yield(Delivered{}, fmt.Errorf("read %s: %w", v.Ref(), err))
				return
			}
			if !yield(d, nil) {
				return
			}
		}
		if err := rows.Err(); err != nil {
			yield(Delivered{}, fmt.Errorf("read %s: %w", v.Ref(), err))
		}
	}
}

//go:embed sql/delivered_fields.sql
var deliveredFieldsSQL string

// DeliveredFields lists the attributes of a version's records by name.
func (c *Catalogue) DeliveredFields(ctx context.Context, v geodata.Version) ([]DeliveredField, error) {
	rows, err := c.DB.Query(ctx, deliveredFieldsSQL, pgx.StrictNamedArgs{"version": v.ID})
	if err != nil {
		return nil, fmt.Errorf("fields of %s: %w", v.Ref(), err)
	}
	fields, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (f DeliveredField, err error) {
		var longest *int
		err = row.Scan(&f.Name, &longest, &f.Large)
		if longest != nil {
			f.Longest = *longest
		}
		return f, err
	})
	if err != nil {
		return nil, fmt.Errorf("fields of %s: %w", v.Ref(), err)
	}
	return fields, nil
}
