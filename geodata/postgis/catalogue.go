package postgis

import (
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/paulmach/orb"

	"hongxian/geodata"
)

// Querier is what a pool, a connection and a transaction have in common.
type Querier interface {
	Exec(ctx context.Context, sql string, args ...any) (pgconn.CommandTag, error)
	Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error)
	QueryRow(ctx context.Context, sql string, args ...any) pgx.Row
}

// Catalogue finds counties, layers and versions: those that whoever asks may see
// (geodata.SightOf). What may not be seen is not there, in every answer and error.
type Catalogue struct {
	DB Querier
}

// County (县) is a county as the database holds it.
type County struct {
	Code, NameZH, NameEN string
	PlaneSRID            int             // EPSG code of its Gauss-Krüger plane
	Bounds               orb.Bound       // longitude/latitude, EPSG:4490
	Profile              json.RawMessage // the profile as it was loaded
	ProfileDigest        string          // its SHA-256, hex; as it is read, not to be put
}

//go:embed sql/counties.sql
var countiesSQL string

// Counties lists the counties held, by code.
func (c *Catalogue) Counties(ctx context.Context) ([]County, error) { return c.counties(ctx, "") }

// counties lists the county of a code, or all.
func (c *Catalogue) counties(ctx context.Context, code string) ([]County, error) {
	known := knownProfiles(code)
	rows, err := c.DB.Query(ctx, countiesSQL, pgx.StrictNamedArgs{
		"code": code, "known": slices.AppendSeq([]string{}, maps.Keys(known)), "see_counties": geodata.SightOf(ctx).Counties})
	if err != nil {
		return nil, fmt.Errorf("list counties: %w", err)
	}
	counties, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (County, error) {
		var k County
		var bounds Geometry
		var profile *string
		err := row.Scan(&k.Code, &k.NameZH, &k.NameEN, &k.PlaneSRID, &bounds, &k.ProfileDigest, &profile)
		if err == nil && bounds.Geometry != nil {
			k.Bounds = bounds.Geometry.Bound()
		}
		k.Profile = profileOf(k, profile, known)
		return k, err
	})
	if err != nil {
		return nil, fmt.Errorf("list counties: %w", err)
	}
	return counties, nil
}

// County finds a county by code; an empty code means the only one held.
func (c *Catalogue) County(ctx context.Context, code string) (County, error) {
	found, err := c.counties(ctx, code)
	switch {
	case err != nil:
		return County{}, err
	case len(found) == 1:
		return found[0], nil
	case code == "":
		return County{}, countyMissing(code, len(found))
	}
	held, err := c.Counties(ctx)
	if err != nil {
		return County{}, err
	}
	return County{}, countyMissing(code, len(held))
}

func countyMissing(code string, held int) error {
	switch {
	case held == 0:
		return &geodata.Error{Kind: geodata.NotFound, Code: "no-county",
			ZH: "库中还没有任何县的数据；请先运行 hongxian demo 载入示意数据，或用 hongxian import 导入。",
			EN: "No county is held yet; run hongxian demo for the schematic one, or hongxian import."}
	case code == "":
		return &geodata.Error{Kind: geodata.Invalid, Code: "county-ambiguous",
			ZH: "库中有多个县，请写明县代码：引用写成 500237.red-line@2022，命令行加 --county 500237，接口加 ?county=500237。",
			EN: "Several counties are held; name one: 500237.red-line@2022 in a reference, --county 500237 on the command line, ?county=500237 over HTTP."}
	}
	return &geodata.Error{Kind: geodata.NotFound, Code: "county-unknown",
		ZH: fmt.Sprintf("库中没有代码为 %s 的县。", code),
		EN: fmt.Sprintf("No county with code %s is held.", code)}
}

//go:embed sql/put_county.sql
var putCountySQL string

//go:embed sql/put_layer.sql
var putLayerSQL string

// PutCounty registers a county and its layers, or brings their descriptions up
// to date. A county's plane cannot change once it is held.
func (c *Catalogue) PutCounty(ctx context.Context, k County, layers []geodata.Layer) error {
	var code string
	err := c.DB.QueryRow(ctx, putCountySQL, pgx.StrictNamedArgs{
		"code": k.Code, "name_zh": k.NameZH, "name_en": k.NameEN, "plane_srid": k.PlaneSRID,
		"bounds": Geometry{SRID: 4490, Geometry: k.Bounds}, "profile": k.Profile,
	}).Scan(&code)
	if errors.Is(err, pgx.ErrNoRows) {
		return &geodata.Error{Kind: geodata.Conflict, Code: "county-plane-fixed",
			ZH: fmt.Sprintf("县 %s 的量算平面不能更改：库中面积都是按原平面量算的。", k.Code),
			EN: fmt.Sprintf("The plane of county %s cannot change: every area held was measured in it.", k.Code)}
	}
	if err != nil {
		return fmt.Errorf("put county %s: %w", k.Code, err)
	}
	for i, l := range layers {
		if l.Zooms == (geodata.Zooms{}) {
			l.Zooms = geodata.DefaultZooms
		}
		_, err := c.DB.Exec(ctx, putLayerSQL, pgx.StrictNamedArgs{
			"county": k.Code, "key": l.Key, "position": i, "title_zh": l.TitleZH, "title_en": l.TitleEN,
			"checked": l.Checked, "tiles": l.Tiles, "overlaps": l.Overlaps, "protected": l.Protected,
			"min_zoom": l.Zooms.Min, "max_zoom": l.Zooms.Max,
		})
		if err != nil {
			return fmt.Errorf("put layer %s.%s: %w", k.Code, l.Key, err)
		}
	}
	return nil
}

//go:embed sql/mark_layer.sql
var markLayerSQL string

// Mark says how far a layer is kept. NotFound where there is none.
func (c *Catalogue) Mark(ctx context.Context, county string, layer geodata.LayerKey, secrecy geodata.Secrecy) error {
	tag, err := c.DB.Exec(ctx, markLayerSQL, pgx.StrictNamedArgs{"county": county, "layer": layer, "secrecy": secrecy})
	if err != nil {
		return fmt.Errorf("mark layer %s.%s: %w", county, layer, err)
	}
	if tag.RowsAffected() == 0 {
		return &geodata.Error{Kind: geodata.NotFound, Code: "layer-unknown", ZH: fmt.Sprintf("没有图层 %s。", layer), EN: fmt.Sprintf("There is no layer %s.", layer)}
	}
	return nil
}

//go:embed sql/layers.sql
var layersSQL string

// Layers lists a county's layers in the catalogue's order.
func (c *Catalogue) Layers(ctx context.Context, county string) ([]geodata.Layer, error) {
	k, err := c.County(ctx, county)
	if err != nil {
		return nil, err
	}
	rows, err := c.DB.Query(ctx, layersSQL, Seen(ctx, pgx.StrictNamedArgs{"county": k.Code}))
	if err != nil {
		return nil, fmt.Errorf("layers of %s: %w", k.Code, err)
	}
	layers, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (l geodata.Layer, err error) {
		err = row.Scan(&l.Key, &l.TitleZH, &l.TitleEN, &l.Checked, &l.Tiles, &l.Overlaps, &l.Protected, &l.Zooms.Min, &l.Zooms.Max, &l.Secrecy)
		return l, err
	})
	if err != nil {
		return nil, fmt.Errorf("layers of %s: %w", k.Code, err)
	}
	return layers, nil
}

//go:embed sql/versions.sql
var versionsSQL string

// Versions lists the versions of a layer, newest first; with an empty layer
// those of all layers.
func (c *Catalogue) Versions(ctx context.Context, county string, layer geodata.LayerKey) ([]geodata.Version, error) {
	k, err := c.County(ctx, county)
	if err != nil {
		return nil, err
	}
	rows, err := c.DB.Query(ctx, versionsSQL, Seen(ctx, pgx.StrictNamedArgs{"county": k.Code, "layer": layer}))
	if err != nil {
		return nil, fmt.Errorf("versions of %s.%s: %w", k.Code, layer, err)
	}
	versions, err := pgx.CollectRows(rows, scanVersion)
	if err != nil {
		return nil, fmt.Errorf("versions of %s.%s: %w", k.Code, layer, err)
	}
	return versions, nil
}

//go:embed sql/version.sql
var versionSQL string

// Resolve finds the version a reference names. An empty county means the only
// one held, an empty label the version in force.
func (c *Catalogue) Resolve(ctx context.Context, ref geodata.VersionRef) (geodata.Version, error) {
	k, err := c.County(ctx, ref.County)
	if err != nil {
		return geodata.Version{}, err
	}
	ref.County = k.Code
	rows, err := c.DB.Query(ctx, versionSQL, Seen(ctx, pgx.StrictNamedArgs{
		"county": ref.County, "layer": ref.Layer, "label": ref.Label}))
	if err != nil {
		return geodata.Version{}, fmt.Errorf("resolve %s: %w", ref, err)
	}
	v, err := pgx.CollectExactlyOneRow(rows, scanVersion)
	if errors.Is(err, pgx.ErrNoRows) {
		return v, versionMissing(ref)
	}
	if err != nil {
		return v, fmt.Errorf("resolve %s: %w", ref, err)
	}
	return v, nil
}

func versionMissing(ref geodata.VersionRef) error {
	if ref.Label == "" {
		return &geodata.Error{Kind: geodata.NotFound, Code: "no-version-in-force",
			ZH: fmt.Sprintf("图层 %s 没有现行版本。", ref), EN: fmt.Sprintf("Layer %s has no version in force.", ref)}
	}
	return &geodata.Error{Kind: geodata.NotFound, Code: "version-unknown",
		ZH: fmt.Sprintf("库中没有版本 %s。", ref), EN: fmt.Sprintf("No version %s is held.", ref)}
}

func scanVersion(row pgx.CollectableRow) (v geodata.Version, err error) {
	var area float64
	var published *time.Time
	err = row.Scan(&v.ID, &v.County, &v.Layer, &v.Label, &v.State, &v.SRID, &v.Effective, &v.Basis,
		&v.Source, &v.Digest, &v.Schematic, &v.Features, &area, &v.Created, &published, &v.Secrecy)
	v.Area, v.Published = geodata.Area(area), published
	return v, err
}
