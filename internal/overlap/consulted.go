package overlap

import (
	"context"
	_ "embed"
	"fmt"

	"github.com/jackc/pgx/v5"

	"hongxian/geodata"
	"hongxian/geodata/postgis"
)

// consulted is a layer and the version of it that a check looks at.
type consulted struct {
	Key       geodata.LayerKey
	TitleZH   string `db:"title_zh"`
	TitleEN   string `db:"title_en"`
	Checked   bool
	VersionID int64 `db:"version_id"` // 0: none in force
	Label     string
	Digest    string
	Schematic bool

	reason string // why the version cannot be checked against, Chinese
}

func (c consulted) ref(county string) string {
	if c.Label == "" {
		return ""
	}
	return geodata.VersionRef{County: county, Layer: c.Key, Label: c.Label}.String()
}

//go:embed sql/layers.sql
var layersSQL string

// askLayers asks which layers the county has that may be seen, and which versions are
// in force.
func (s *Session) askLayers(ctx context.Context) step {
	s.limited = !geodata.SightOf(ctx).Whole()
	return func(turn *pgx.Batch) {
		turn.Queue(layersSQL, postgis.Seen(ctx, pgx.StrictNamedArgs{"county": s.county.Code})).Query(func(rows pgx.Rows) (err error) {
			if s.held, err = pgx.CollectRows(rows, pgx.RowToStructByName[consulted]); err != nil {
				return fmt.Errorf("layers of %s: %w", s.county.Code, err)
			}
			return nil
		})
	}
}

// consult settles what to check against: every checked layer in force, or the
// versions named; and, apart, the townships in force.
func (s *Session) consult(ctx context.Context, against []geodata.VersionRef) error {
	s.named = len(against) > 0
	for _, l := range s.held {
		if l.Key == geodata.Township {
			s.township = l
		}
		if l.Checked && len(against) == 0 {
			s.layers = append(s.layers, l)
		}
	}
	for _, ref := range against {
		named, err := s.checker.named(ctx, s.county.Code, ref, s.held)
		if err != nil {
			return err
		}
		if named.Key == geodata.Township {
			s.township = named // an old answer's townships are those of its day
			continue
		}
		s.layers = append(s.layers, named)
	}
	return nil
}

// named is the layer with the version that ref names. One that was never put in
// force has no faces to look at: it stays unchecked, with the reason.
func (c *Checker) named(ctx context.Context, county string, ref geodata.VersionRef, all []consulted) (consulted, error) {
	if ref.County == "" {
		ref.County = county
	}
	if ref.County != county {
		return consulted{}, &geodata.Error{Kind: geodata.Invalid, Code: "county-mismatch",
			ZH: fmt.Sprintf("版本 %s 不属于所核查的县 %s。", ref, county),
			EN: fmt.Sprintf("Version %s does not belong to county %s, which is being checked.", ref, county)}
	}
	v, err := (&postgis.Catalogue{DB: c.DB}).Resolve(ctx, ref)
	if err != nil {
		return consulted{}, err
	}
	for _, l := range all {
		if l.Key != ref.Layer {
			continue
		}
		l.VersionID, l.Label, l.Digest, l.Schematic = v.ID, v.Label, v.Digest, v.Schematic
		if v.State == geodata.Draft || v.State == geodata.Preparing {
			l.reason = fmt.Sprintf("版本 %s 尚未发布，不能用于核查。", v.Ref())
		}
		return l, nil
	}
	return consulted{}, fmt.Errorf("layer of %s vanished", ref)
}
