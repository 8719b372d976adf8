package coverage

import (
	"context"
	_ "embed"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"hongxian/geodata"
	"hongxian/geodata/postgis"
)

// asked is a version that is asked for.
type asked struct {
	ID        int64
	Key       geodata.LayerKey
	TitleZH   string `db:"title_zh"`
	TitleEN   string `db:"title_en"`
	Label     string
	Digest    string
	Schematic bool
	Faces     int
}

func (a asked) ref(county string) string {
	return geodata.VersionRef{County: county, Layer: a.Key, Label: a.Label}.String()
}

// MaxLayers is how many versions one answer may compare.
const MaxLayers = 12

//go:embed sql/layers.sql
var layersSQL string

// ask finds the versions asked for, in the catalogue's order, and the townships:
// those in force, unless they are pinned.
func (m *Measurer) ask(ctx context.Context, r Request) (county postgis.County, versions []asked, township *geodata.Version, err error) {
	catalogue := &postgis.Catalogue{DB: m.DB}
	if len(r.Versions) == 0 {
		return county, nil, nil, invalid("layers-missing", "请写明要比较的图层，例如 protected-area scenic-area。", "Name the layers to compare, as in protected-area scenic-area.")
	}
	if len(r.Versions) > MaxLayers {
		return county, nil, nil, invalid("layers-too-many", fmt.Sprintf("一次最多比较 %d 个图层版本。", MaxLayers), fmt.Sprintf("At most %d versions are compared at once.", MaxLayers))
	}
	if county, err = catalogue.County(ctx, countyOf(r)); err != nil {
		return county, nil, nil, err
	}
	ids := map[int64]bool{}
	for _, ref := range r.Versions {
		v, err := m.version(ctx, county, ref)
		if err != nil {
			return county, nil, nil, err
		}
		if ids[v.ID] {
			return county, nil, nil, invalid("layer-repeated", fmt.Sprintf("版本 %s 写了两次。", v.Ref()), fmt.Sprintf("Version %s is named twice.", v.Ref()))
		}
		ids[v.ID] = true
	}
	if versions, err = m.describe(ctx, ids); err != nil {
		return county, nil, nil, err
	}
	township, err = m.townships(ctx, county, r)
	return county, versions, township, err
}

// countyOf is the county that the request or its first full reference names.
func countyOf(r Request) string {
	for _, ref := range r.Versions {
		if r.County == "" {
			r.County = ref.County
		}
	}
	return r.County
}

// version resolves a reference to a version that has been cut into faces.
func (m *Measurer) version(ctx context.Context, county postgis.County, ref geodata.VersionRef) (geodata.Version, error) {
	if ref.County == "" {
		ref.County = county.Code
	}
	if ref.County != county.Code {
		return geodata.Version{}, invalid("county-mismatch", fmt.Sprintf("版本 %s 不属于县 %s。", ref, county.Code),
			fmt.Sprintf("Version %s does not belong to county %s.", ref, county.Code))
	}
	v, err := (&postgis.Catalogue{DB: m.DB}).Resolve(ctx, ref)
	if err == nil && (v.State == geodata.Draft || v.State == geodata.Preparing) {
		err = &geodata.Error{Kind: geodata.Conflict, Code: "version-unpublished",
			ZH: fmt.Sprintf("版本 %s 尚未发布，不能参与比较；请先运行 hongxian publish %s。", v.Ref(), v.Ref()),
			EN: fmt.Sprintf("Version %s was never put in force and cannot be compared; run hongxian publish %s first.", v.Ref(), v.Ref())}
	}
	return v, err
}

func (m *Measurer) describe(ctx context.Context, ids map[int64]bool) ([]asked, error) {
	var list []int64
	for id := range ids {
		list = append(list, id)
	}
	rows, err := m.DB.Query(ctx, layersSQL, pgx.StrictNamedArgs{"versions": list})
	if err != nil {
		return nil, fmt.Errorf("describe versions: %w", err)
	}
	versions, err := pgx.CollectRows(rows, pgx.RowToStructByName[asked])
	if err != nil {
		return nil, fmt.Errorf("describe versions: %w", err)
	}
	return versions, nil
}

// townships is the version to divide by; nil when none is in force.
func (m *Measurer) townships(ctx context.Context, county postgis.County, r Request) (*geodata.Version, error) {
	ref := geodata.VersionRef{County: county.Code, Layer: geodata.Township}
	if r.Pinned {
		if r.Townships == nil {
			return nil, nil
		}
		ref = *r.Townships
	}
	v, err := m.version(ctx, county, ref)
	var known *geodata.Error
	if !r.Pinned && errors.As(err, &known) && known.Code == "no-version-in-force" {
		return nil, nil
	}
	return &v, err
}

func invalid(code, zh, en string) *geodata.Error {
	return &geodata.Error{Kind: geodata.Invalid, Code: code, ZH: zh, EN: en}
}
