package township

import (
	"context"
	_ "embed"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"hongxian/geodata"
	"hongxian/geodata/postgis"
)

// Statistician (统计) answers with tables.
type Statistician struct {
	DB       *pgxpool.Pool
	Describe func(postgis.County) (County, error) // the county's settings
	Program  string                               // for the table's identity
	// Cut cuts a version that was never in force into disjoint faces, as publishing
	// would; for what is divided in passing.
	Cut func(ctx context.Context, tx pgx.Tx, v geodata.Version, progress func(float64)) error
	// Load takes a planner's zones in as a draft of the township layer, in tx, and
	// says what was found.
	Load func(ctx context.Context, tx pgx.Tx, county string, zones geodata.Delivery) (v geodata.Version, findings []string, err error)
	Now  func() time.Time // nil: time.Now

	mu        sync.Mutex
	libraries string // PostGIS, GEOS and PROJ versions, asked once
}

// Request (统计问题) says which table is wanted.
type Request struct {
	County    string             // empty: the only one held
	Townships geodata.VersionRef // rows; the zero value: the townships in force
	Zones     *geodata.Delivery  // rows instead of townships
	Layers    []geodata.VersionRef
	// Pairs and Unions are further columns. Without Layers, Pairs and Unions the
	// columns are all layers in force, and what the county's settings name.
	Pairs, Unions [][2]geodata.VersionRef
	// Plan (规划数据对照) takes for columns the layers that the county's figures are of,
	// in force; it goes without Layers, Pairs, Unions and Zones.
	Plan     bool
	ByClass  bool
	Within   bool                             // columns for features of a layer that lie on each other
	Controls map[string]geodata.Area          // 控制面积 by township code or name; they replace the settings'
	Shapes   int                              // EPSG code in which the rows' shapes are wanted; 0: not at all
	Progress func(what string, share float64) // what is being computed, and how much of all is done
	rowsOnly bool
}

// MaxColumns is how many layers, pairs and unions one table may ask for.
const MaxColumns = 64

// Table answers. It fails rather than give a table that does not close. Errors:
// NotFound for versions that are not held, Invalid for what cannot be asked.
func (s *Statistician) Table(ctx context.Context, r Request) (*Table, error) {
	if r.Progress == nil {
		r.Progress = func(string, float64) {}
	}
	p, err := s.plan(ctx, r)
	if err != nil {
		return nil, err
	}
	var t *Table
	if r.Zones == nil {
		var have map[[2]int64]*source
		if have, err = p.sources(ctx, s.DB); err != nil {
			return nil, err
		}
		if len(p.missing(have)) == 0 {
			t, err = p.assemble(ctx, s.DB, have)
		} else {
			t, err = s.inPassing(ctx, p)
		}
	} else {
		t, err = s.inPassing(ctx, p)
	}
	if err != nil {
		return nil, fmt.Errorf("township table of %s: %w", p.held.Code, err)
	}
	t.CreatedAt = s.now()
	return t, s.identify(ctx, p, t)
}

// Rows gives the rows that a table would have, with their own areas and, where they
// are wanted, their shapes; what the request says of columns is of no account.
func (s *Statistician) Rows(ctx context.Context, r Request) ([]Row, error) {
	r.Layers, r.Pairs, r.Unions, r.rowsOnly = nil, nil, nil, true
	t, err := s.Table(ctx, r)
	if err != nil {
		return nil, err
	}
	return t.Rows, nil
}

func (s *Statistician) now() time.Time {
	if s.Now == nil {
		return time.Now()
	}
	return s.Now()
}

// plan (统计方案) is a request with everything it names found.
type plan struct {
	request   Request
	held      postgis.County
	settings  County
	titles    map[geodata.LayerKey]geodata.Layer
	townships geodata.Version   // not found yet where the rows are zones
	versions  []geodata.Version // of the county
	layers    []geodata.Version
	pairs     [][2]geodata.Version
	unions    [][2]geodata.Version
	findings  []string
	computed  []string
	// Of what is computed in passing: steps of about the same size, and those done.
	steps, done int
}

func (s *Statistician) plan(ctx context.Context, r Request) (*plan, error) {
	c := &postgis.Catalogue{DB: s.DB}
	held, err := c.County(ctx, r.County)
	if err != nil {
		return nil, err
	}
	p := &plan{request: r, held: held, titles: map[geodata.LayerKey]geodata.Layer{}}
	if p.settings, err = s.Describe(held); err != nil {
		return nil, err
	}
	layers, err := c.Layers(ctx, held.Code)
	if err != nil {
		return nil, err
	}
	for _, l := range layers {
		p.titles[l.Key] = l
	}
	versions, err := c.Versions(ctx, held.Code, "")
	if err != nil {
		return nil, err
	}
	p.versions = versions
	if r.Zones == nil {
		ref := r.Townships
		ref.Layer = geodata.Township
		if p.townships, err = find(held.Code, versions, ref); err != nil {
			return nil, err
		}
	}
	if r.Plan && !r.rowsOnly {
		return p, p.figured(layers)
	}
	if len(r.Layers)+len(r.Pairs)+len(r.Unions) == 0 && !r.rowsOnly {
		p.everything(layers, versions)
		return p, nil
	}
	return p, p.asked(versions)
}

// asked finds the columns that were asked for.
func (p *plan) asked(versions []geodata.Version) error {
	r := p.request
	if n := len(r.Layers) + len(r.Pairs) + len(r.Unions); n > MaxColumns {
		return &geodata.Error{Kind: geodata.TooLarge, Code: "too-many-columns",
			ZH: fmt.Sprintf("一张统计表最多 %d 列图层，请求了 %d 列。", MaxColumns, n),
			EN: fmt.Sprintf("A table takes at most %d layers, %d were asked for.", MaxColumns, n)}
	}
	for _, ref := range r.Layers {
		v, err := p.column(versions, ref)
		if err != nil {
			return err
		}
		if !slices.ContainsFunc(p.layers, func(o geodata.Version) bool { return o.ID == v.ID }) {
			p.layers = append(p.layers, v)
		}
	}
	for _, two := range []struct {
		refs [][2]geodata.VersionRef
		into *[][2]geodata.Version
	}{{r.Pairs, &p.pairs}, {r.Unions, &p.unions}} {
		for _, refs := range two.refs {
			var pair [2]geodata.Version
			for i, ref := range refs {
				var err error
				if pair[i], err = p.column(versions, ref); err != nil {
					return err
				}
			}
			if pair[0].ID == pair[1].ID {
				return &geodata.Error{Kind: geodata.Invalid, Code: "pair-of-one",
					ZH: fmt.Sprintf("%s 不能与自己相交或合并。", pair[0].Ref()), EN: fmt.Sprintf("%s cannot be paired with itself.", pair[0].Ref())}
			}
			*two.into = append(*two.into, pair)
		}
	}
	return nil
}

// column finds a version that may stand in a column.
func (p *plan) column(versions []geodata.Version, ref geodata.VersionRef) (geodata.Version, error) {
	if _, ok := p.titles[ref.Layer]; !ok {
		return geodata.Version{}, &geodata.Error{Kind: geodata.NotFound, Code: "layer-unknown",
			ZH: fmt.Sprintf("%s没有图层 %s。", p.held.NameZH, ref.Layer), EN: fmt.Sprintf("%s has no layer %s.", p.held.NameEN, ref.Layer)}
	}
	if ref.Layer == geodata.Township {
		return geodata.Version{}, &geodata.Error{Kind: geodata.Invalid, Code: "townships-are-rows",
			ZH: "乡镇是统计表的行，不能作为列；乡镇版本另行指定（townships）。", EN: "Townships are the table's rows, not a column; their version is named apart (townships)."}
	}
	return find(p.held.Code, versions, ref)
}

// everything takes all layers in force and what the settings name.
func (p *plan) everything(layers []geodata.Layer, versions []geodata.Version) {
	in := map[geodata.LayerKey]geodata.Version{}
	for _, v := range versions {
		if v.State == geodata.InForce {
			in[v.Layer] = v
		}
	}
	for _, l := range layers {
		if v, ok := in[l.Key]; ok && l.Key != geodata.Township {
			p.layers = append(p.layers, v)
		}
	}
	for _, two := range []struct {
		keys [][2]geodata.LayerKey
		into *[][2]geodata.Version
	}{{p.settings.Pairs, &p.pairs}, {p.settings.Unions, &p.unions}} {
		for _, k := range two.keys {
			a, hasA := in[k[0]]
			b, hasB := in[k[1]]
			if hasA && hasB {
				*two.into = append(*two.into, [2]geodata.Version{a, b})
			}
		}
	}
	p.request.Within = true
}

// figured takes the layers in force that the county's figures are of.
func (p *plan) figured(layers []geodata.Layer) error {
	if r := p.request; len(r.Layers)+len(r.Pairs)+len(r.Unions) > 0 || r.Zones != nil {
		return &geodata.Error{Kind: geodata.Invalid, Code: "plan-has-its-columns",
			ZH: "规划数据对照的列由县的设置决定，不能再指定图层、交、并或分区。", EN: "The table of plan figures has its own columns; name no layers, pairs, unions or zones."}
	}
	for _, l := range layers {
		of := slices.ContainsFunc(p.settings.Figures, func(f Figure) bool { return f.Of == l.Key })
		v, err := find(p.held.Code, p.versions, geodata.VersionRef{Layer: l.Key})
		if of && err == nil && l.Key != geodata.Township {
			p.layers = append(p.layers, v)
		}
	}
	if len(p.layers) == 0 {
		return &geodata.Error{Kind: geodata.NotFound, Code: "plan-has-no-layers",
			ZH: fmt.Sprintf("%s没有可与规划数据对照的现行图层。", p.held.NameZH), EN: fmt.Sprintf("%s holds no layer in force that a plan figure is of.", p.held.NameEN)}
	}
	return nil
}

// find resolves a reference among a county's versions.
func find(county string, versions []geodata.Version, ref geodata.VersionRef) (geodata.Version, error) {
	if ref.County != "" && ref.County != county {
		return geodata.Version{}, &geodata.Error{Kind: geodata.Invalid, Code: "county-mismatch",
			ZH: fmt.Sprintf("版本 %s 不属于所统计的县 %s。", ref, county), EN: fmt.Sprintf("Version %s does not belong to county %s, whose table this is.", ref, county)}
	}
	for _, v := range versions {
		if v.Layer == ref.Layer && (ref.Label == v.Label || ref.Label == "" && v.State == geodata.InForce) {
			return v, nil
		}
	}
	ref.County = county
	if ref.Label == "" {
		return geodata.Version{}, &geodata.Error{Kind: geodata.NotFound, Code: "no-version-in-force",
			ZH: fmt.Sprintf("图层 %s 没有现行版本。", ref), EN: fmt.Sprintf("Layer %s has no version in force.", ref)}
	}
	return geodata.Version{}, &geodata.Error{Kind: geodata.NotFound, Code: "version-unknown",
		ZH: fmt.Sprintf("库中没有版本 %s。", ref), EN: fmt.Sprintf("No version %s is held.", ref)}
}

// all are the versions that take part in columns, each once.
func (p *plan) all() (out []geodata.Version) {
	add := func(v geodata.Version) {
		if !slices.ContainsFunc(out, func(o geodata.Version) bool { return o.ID == v.ID }) {
			out = append(out, v)
		}
	}
	for _, v := range p.layers {
		add(v)
	}
	for _, two := range slices.Concat(p.pairs, p.unions) {
		add(two[0])
		add(two[1])
	}
	return out
}
