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

// consult lists what to check against: every checked layer in force, or the
// versions named; and, apart, the townships in force.
func (c *Checker) consult(ctx context.Context, county string, against []geodata.VersionRef) (layers []consulted, township consulted, err error) {
	rows, err := c.DB.Query(ctx, layersSQL, pgx.StrictNamedArgs{"county": county})
	if err != nil {
		return nil, township, fmt.Errorf("layers of %s: %w", county, err)
	}
	all, err := pgx.CollectRows(rows, pgx.RowToStructByName[consulted])
	if err != nil {
		return nil, township, fmt.Errorf("layers of %s: %w", county, err)
	}
	for _, l := range all {
		if l.Key == geodata.Township {
			township = l
		}
		if l.Checked && len(against) == 0 {
			layers = append(layers, l)
		}
	}
	for _, ref := range against {
		named, err := c.named(ctx, county, ref, all)
		if err != nil {
			return nil, township, err
		}
		if named.Key == geodata.Township {
			township = named // an old answer's townships are those of its day
			continue
		}
		layers = append(layers, named)
	}
	return layers, township, nil
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
