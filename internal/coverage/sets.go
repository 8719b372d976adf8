package coverage

import (
	"cmp"
	"context"
	_ "embed"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"

	"hongxian/geodata"
	"hongxian/geodata/postgis"
)

// work is the work of one Measure.
type work struct {
	db        postgis.Querier
	county    postgis.County
	versions  []asked // in the catalogue's order
	township  *geodata.Version
	tolerance Tolerance
	draw      int // coordinates of the geometry, 0: none
	id        string

	order []int  // of versions as sets.sql has them: fewest faces first
	sets  []*set // found, then exact
	byKey map[string]*set
	// hairlines are the parts that were taken for borders.
	hairlines Unlisted
	names     map[owner]Member
	places    map[int32]TownshipPart // townships by feature
}

// owner is a feature of a version, the version by its place in work.versions.
type owner struct {
	version int
	feature int32
}

// set is the features that share a place. Its figures are at first those of what
// lies under all of them and perhaps more, after takeOff of what lies under exactly
// them; the geometry is always exact.
type set struct {
	cover    []string // as sets.sql writes it, by order of versions
	members  []owner  // by the catalogue's order
	layers   []int    // places in work.versions, ascending
	features map[int][]int32

	area, outside, covered float64
	towns                  map[int32]float64
	drawn, perimeter       float64 // of the geometry
	sliver                 float64
	polygons               int
	shape                  orb.MultiPolygon
}

func (s *set) key() string { return strings.Join(s.cover, ";") }

//go:embed sql/faces.sql
var facesSQL string

// findFaces adds up what each version covers by itself.
func (w *work) findFaces(ctx context.Context) error {
	w.byKey = map[string]*set{}
	w.order = make([]int, len(w.versions))
	for i := range w.order {
		w.order[i] = i
	}
	slices.SortStableFunc(w.order, func(a, b int) int {
		return cmp.Or(cmp.Compare(w.versions[a].Faces, w.versions[b].Faces), cmp.Compare(w.versions[a].ID, w.versions[b].ID))
	})
	rows, err := w.db.Query(ctx, facesSQL, pgx.StrictNamedArgs{"county": w.county.Code, "versions": w.ids()})
	if err != nil {
		return fmt.Errorf("find faces: %w", err)
	}
	ordinal := map[int64]int{}
	for i, v := range w.order {
		ordinal[w.versions[v].ID] = i + 1
	}
	var version int64
	var features []int32
	var area float64
	_, err = pgx.ForEachRow(rows, []any{&version, &features, &area}, func() error {
		w.set([]string{fmt.Sprintf("%d:%s", ordinal[version], joined(features))}).area = area
		return nil
	})
	if err != nil {
		return fmt.Errorf("find faces: %w", err)
	}
	return nil
}

// ids are the versions' keys in the order of sets.sql.
func (w *work) ids() []int64 {
	ids := make([]int64, len(w.order))
	for i, v := range w.order {
		ids[i] = w.versions[v].ID
	}
	return ids
}

func joined(features []int32) string {
	texts := make([]string, len(features))
	for i, f := range features {
		texts[i] = strconv.Itoa(int(f))
	}
	return strings.Join(texts, ",")
}

// set finds or begins the set of a cover.
func (w *work) set(cover []string) *set {
	key := strings.Join(cover, ";")
	if s := w.byKey[key]; s != nil {
		return s
	}
	s := &set{cover: slices.Clone(cover), features: map[int][]int32{}}
	for _, c := range cover {
		ordinal, features, _ := strings.Cut(c, ":")
		n, _ := strconv.Atoi(ordinal)
		v := w.order[n-1]
		s.layers = append(s.layers, v)
		for f := range strings.SplitSeq(features, ",") {
			id, _ := strconv.ParseInt(f, 10, 32)
			s.features[v] = append(s.features[v], int32(id))
			s.members = append(s.members, owner{v, int32(id)})
		}
	}
	slices.Sort(s.layers)
	slices.SortFunc(s.members, func(a, b owner) int {
		return cmp.Or(cmp.Compare(a.version, b.version), cmp.Compare(a.feature, b.feature))
	})
	w.byKey[key] = s
	w.sets = append(w.sets, s)
	return s
}

//go:embed sql/sets.sql
var setsSQL string

// findSets finds what features share.
func (w *work) findSets(ctx context.Context) error {
	var township int64
	if w.township != nil {
		township = w.township.ID
	}
	rows, err := w.db.Query(ctx, setsSQL, pgx.StrictNamedArgs{"county": w.county.Code, "versions": w.ids(),
		"township": township, "plane": w.county.PlaneSRID, "hairline": hairline,
		"sliver_m2": float64(w.tolerance.Area), "sliver_width": w.tolerance.Width, "draw": w.draw})
	if err != nil {
		return fmt.Errorf("find sets: %w", err)
	}
	var cover []string
	var got set
	var towns []int32
	var townM2 []float64
	var shape postgis.Geometry
	_, err = pgx.ForEachRow(rows, []any{&cover, &got.area, &got.outside, &got.covered, &towns, &townM2, &got.polygons,
		&got.drawn, &got.perimeter, &got.sliver, &shape}, func() error {
		if len(cover) == 0 {
			w.hairlines = Unlisted{Pieces: got.polygons, Area: geodata.Area(got.area)}
			return nil
		}
		s := w.set(cover)
		s.area, s.outside, s.covered, s.polygons, s.drawn, s.perimeter, s.sliver = got.area, got.outside, got.covered, got.polygons, got.drawn, got.perimeter, got.sliver
		s.shape, _ = shape.Geometry.(orb.MultiPolygon)
		s.towns = map[int32]float64{}
		for i, f := range towns {
			s.towns[f] += townM2[i]
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("find sets: %w", err)
	}
	return nil
}

// takeOff makes the figures of every set those of exactly its features: each set
// is taken off those it holds, with the sign of inclusion and exclusion. Two
// versions' faces are disjoint each, so that a set's parts in a larger one are
// counted once.
func (w *work) takeOff() {
	whole := make([]set, len(w.sets))
	for i, s := range w.sets {
		whole[i] = *s
		whole[i].towns = map[int32]float64{}
		for f, a := range s.towns {
			whole[i].towns[f] = a
		}
	}
	for _, t := range whole {
		n := len(t.cover)
		for bits := 1; bits < 1<<n-1; bits++ {
			var cover []string
			for i := range n {
				if bits&(1<<i) != 0 {
					cover = append(cover, t.cover[i])
				}
			}
			if s := w.byKey[strings.Join(cover, ";")]; s != nil {
				sign := 1.0
				if (n-len(cover))%2 == 1 {
					sign = -1
				}
				s.add(&t, sign)
			}
		}
	}
}

// add adds another set's areas, times a sign.
func (s *set) add(t *set, sign float64) {
	s.area += sign * t.area
	if s.towns == nil { // a single feature of a version: it is no piece
		return
	}
	s.outside += sign * t.outside
	s.covered += sign * t.covered
	for f, a := range t.towns {
		s.towns[f] += sign * a
	}
}
