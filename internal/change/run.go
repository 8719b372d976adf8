package change

import (
	"context"
	_ "embed"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"hongxian/geodata"
	"hongxian/geodata/postgis"
)

// crumb is the area in m² up to which what is left of a face is the last bit of a
// coordinate, not a difference.
const crumb = 1e-6

// comparison is the work of one Compare, inside its transaction.
type comparison struct {
	tx        pgx.Tx
	comparer  *Comparer
	libraries string
	county    postgis.County
	layer     geodata.Layer
	from, to  geodata.Version
	township  geodata.Version // zero ID: none in force
	tolerance Tolerance

	before, after, countyArea float64 // unions, m²
	ground                    []ground
	features                  [2]map[int32]feature
	towns                     []town
	shares                    [2]map[int32]float64 // by township: of the older and the newer version
	changed                   int                  // faces that did not cancel
	pieces                    []piece
	real                      map[pieceKey]bool // those of pieces; the others are noise
	noise                     [4]float64        // by kind
	pieceTowns                map[pieceKey]map[int32]float64
	pieceFeatures             map[pieceKey][]featurePart
	approvals                 Approvals
	exclusive                 [2]map[string]float64 // by class: ground of one version only
	perimeters                [2]map[int32]float64  // metres, of features that differ
	codes                     [2]map[string]bool    // all codes of a side
	numbers                   [2]map[int32][]int    // by feature: its pieces
	grown                     [2]map[int32][]int    // of them those gained or lost
	function                  []Indicator
	holdings                  []string                  // other layers' versions that took part, with digests
	covered                   map[int32][]PieceApproval // by piece
	unapproved                map[int32]float64         // by piece
}

// side is the older or the newer version.
type side int

const (
	older side = iota
	newer
)

// ground is common ground by the features on it.
type ground struct {
	before, after []int32
	area          float64
}

// feature is a feature of one side.
type feature struct {
	FeatureState
	id     int32
	digest string
}

// town is a township.
type town struct {
	id         int32
	code, name string
}

// pieceKey names a piece and its kind; piece 0 holds crumbs.
type pieceKey struct {
	id   int32
	kind PieceKind
}

type piece struct {
	pieceKey
	from, to  string // classes of reclassified ground
	area      float64
	perimeter float64
	noise     bool
}

type featurePart struct {
	feature int32
	area    float64
}

// rules are the county's, with defaults.
func (k *comparison) rules() Rules { return k.comparer.Rules.withDefaults() }

func (k *comparison) run(ctx context.Context) error {
	steps := []func(context.Context) error{k.measureUnions, k.loadFeatures, k.findUnchanged, k.findChanged, k.countApprovals}
	if err := inTurn(ctx, steps); err != nil {
		return err
	}
	steps = []func(context.Context) error{k.divideVersions}
	if k.changed > 0 || len(k.retyped()) > 0 { // else there are no pieces to look for
		steps = append(steps, k.overlay, k.findRetyped, k.joinPieces, k.sumPieces, k.findPieceFeatures, k.findExclusive,
			k.dividePieces, k.approve)
	}
	if err := inTurn(ctx, append(steps, k.measureBorders)); err != nil {
		return err
	}
	return k.close()
}

func inTurn(ctx context.Context, steps []func(context.Context) error) error {
	for _, step := range steps {
		if err := step(ctx); err != nil {
			return err
		}
	}
	return nil
}

// versions are the arguments that most statements take.
func (k *comparison) versions() pgx.StrictNamedArgs {
	return pgx.StrictNamedArgs{"before": k.from.ID, "after": k.to.ID}
}

//go:embed sql/unions.sql
var unionsSQL string

// measureUnions adds up the faces of both versions and of the townships.
func (k *comparison) measureUnions(ctx context.Context) error {
	for _, m := range []struct {
		v   geodata.Version
		out *float64
	}{{k.from, &k.before}, {k.to, &k.after}, {k.township, &k.countyArea}} {
		err := k.tx.QueryRow(ctx, unionsSQL, pgx.StrictNamedArgs{"version": m.v.ID}).Scan(m.out)
		if err != nil {
			return fmt.Errorf("measure %s: %w", m.v.Ref(), err)
		}
	}
	k.tolerance = k.rules().tolerance(geodata.Area(k.before))
	return nil
}

//go:embed sql/features.sql
var featuresSQL string

func (k *comparison) loadFeatures(ctx context.Context) error {
	k.features, k.codes = [2]map[int32]feature{{}, {}}, [2]map[string]bool{{}, {}}
	rows, err := k.tx.Query(ctx, featuresSQL, pgx.StrictNamedArgs{"county": k.county.Code, "before": k.from.ID, "after": k.to.ID})
	if err != nil {
		return fmt.Errorf("load features: %w", err)
	}
	var version int64
	var f feature
	var digest []byte
	var area float64
	_, err = pgx.ForEachRow(rows, []any{&version, &f.id, &f.Record, &f.Code, &f.FeatureState.Name, &f.Class, &digest, &area}, func() error {
		f.Area, f.digest = geodata.Area(area), string(digest)
		for s, v := range []geodata.Version{k.from, k.to} {
			if v.ID == version {
				k.features[s][f.id] = f
				k.codes[s][f.Code] = true
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("load features: %w", err)
	}
	return nil
}

//go:embed sql/unchanged.sql
var unchangedSQL string

// findUnchanged cancels the faces that both versions have.
func (k *comparison) findUnchanged(ctx context.Context) error {
	return k.readGround(ctx, unchangedSQL, k.versions())
}

// readGround adds rows of common ground.
func (k *comparison) readGround(ctx context.Context, sql string, args ...any) error {
	rows, err := k.tx.Query(ctx, sql, args...)
	if err != nil {
		return fmt.Errorf("find common ground: %w", err)
	}
	var before, after []int32
	var area float64
	_, err = pgx.ForEachRow(rows, []any{&before, &after, &area}, func() error {
		k.ground = append(k.ground, ground{append([]int32{}, before...), append([]int32{}, after...), area})
		return nil
	})
	if err != nil {
		return fmt.Errorf("find common ground: %w", err)
	}
	return nil
}

//go:embed sql/faces.sql
var facesSQL string

//go:embed sql/face_plane.sql
var facePlaneSQL string

//go:embed sql/count_changed.sql
var countChangedSQL string

//go:embed sql/shared.sql
var sharedSQL string

//go:embed sql/shared_sums.sql
var sharedSumsSQL string

//go:embed sql/parts.sql
var partsSQL string

// findChanged takes the faces that did not cancel.
func (k *comparison) findChanged(ctx context.Context) error {
	if _, err := k.tx.Exec(ctx, facesSQL, k.versions()); err != nil {
		return fmt.Errorf("find changed faces: %w", err)
	}
	err := k.tx.QueryRow(ctx, countChangedSQL).Scan(&k.changed)
	if err != nil {
		return fmt.Errorf("count changed faces: %w", err)
	}
	return nil
}

// overlay lays the faces that did not cancel over each other.
func (k *comparison) overlay(ctx context.Context) error {
	err := k.execute(ctx, []statement{
		{facePlaneSQL, nil}, {"analyze face", nil}, {sharedSQL, nil},
		{partsSQL, pgx.StrictNamedArgs{"crumb": crumb}},
	})
	if err != nil {
		return fmt.Errorf("overlay: %w", err)
	}
	return k.readGround(ctx, sharedSumsSQL)
}

type statement struct {
	sql  string
	args pgx.StrictNamedArgs
}

func (k *comparison) execute(ctx context.Context, statements []statement) error {
	for _, s := range statements {
		var args []any
		if s.args != nil {
			args = []any{s.args}
		}
		if _, err := k.tx.Exec(ctx, s.sql, args...); err != nil {
			return err
		}
	}
	return nil
}

//go:embed sql/retyped.sql
var retypedSQL string

// retyped are the older version's features on whose common ground the class changed.
func (k *comparison) retyped() []int32 {
	seen := map[int32]bool{}
	ids := []int32{}
	for _, g := range k.ground {
		if classKey(k.classes(older, g.before)) == classKey(k.classes(newer, g.after)) {
			continue
		}
		for _, id := range g.before {
			if !seen[id] {
				seen[id] = true
				ids = append(ids, id)
			}
		}
	}
	return ids
}

// findRetyped finds the common ground whose class changed.
func (k *comparison) findRetyped(ctx context.Context) error {
	ids := k.retyped()
	if len(ids) == 0 {
		return nil
	}
	_, err := k.tx.Exec(ctx, retypedSQL, pgx.StrictNamedArgs{"county": k.county.Code, "before": k.from.ID, "after": k.to.ID, "features": ids})
	if err != nil {
		return fmt.Errorf("find reclassified ground: %w", err)
	}
	return nil
}

//go:embed sql/pieces.sql
var piecesSQL string

//go:embed sql/piece_plane.sql
var piecePlaneSQL string

//go:embed sql/part_pieces.sql
var partPiecesSQL string

//go:embed sql/cores.sql
var coresSQL string

//go:embed sql/cut_parts.sql
var cutPartsSQL string

//go:embed sql/cut_pieces.sql
var cutPiecesSQL string

// joinPieces joins parts into connected pieces, and takes out of thin ones what is
// not thin.
func (k *comparison) joinPieces(ctx context.Context) error {
	grid := pgx.StrictNamedArgs{"plane": k.county.PlaneSRID}
	err := k.execute(ctx, []statement{
		{piecesSQL, grid}, {piecePlaneSQL, nil}, {"analyze piece", nil}, {partPiecesSQL, nil},
		{coresSQL, pgx.StrictNamedArgs{"plane": k.county.PlaneSRID, "noise_m2": float64(k.tolerance.Area), "noise_width": k.tolerance.Width}},
	})
	if err != nil {
		return fmt.Errorf("join pieces: %w", err)
	}
	var cores int
	if err := k.tx.QueryRow(ctx, "select count(*) from core").Scan(&cores); err != nil {
		return fmt.Errorf("count cores: %w", err)
	}
	if cores == 0 {
		return nil
	}
	if err := k.execute(ctx, []statement{{cutPartsSQL, nil}, {cutPiecesSQL, grid}, {partPiecesSQL, nil}}); err != nil {
		return fmt.Errorf("cut pieces: %w", err)
	}
	return nil
}

//go:embed sql/piece_sums.sql
var pieceSumsSQL string

func (k *comparison) sumPieces(ctx context.Context) error {
	k.real = map[pieceKey]bool{}
	rows, err := k.tx.Query(ctx, pieceSumsSQL, pgx.StrictNamedArgs{"noise_m2": float64(k.tolerance.Area), "noise_width": k.tolerance.Width})
	if err != nil {
		return fmt.Errorf("sum pieces: %w", err)
	}
	var p piece
	_, err = pgx.ForEachRow(rows, []any{&p.id, &p.kind, &p.from, &p.to, &p.area, &p.perimeter, &p.noise}, func() error {
		if p.noise {
			k.noise[p.kind] += p.area
		} else {
			k.pieces, k.real[p.pieceKey] = append(k.pieces, p), true
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("sum pieces: %w", err)
	}
	return nil
}

//go:embed sql/piece_features.sql
var pieceFeaturesSQL string

func (k *comparison) findPieceFeatures(ctx context.Context) error {
	k.pieceFeatures = map[pieceKey][]featurePart{}
	rows, err := k.tx.Query(ctx, pieceFeaturesSQL)
	if err != nil {
		return fmt.Errorf("find features of pieces: %w", err)
	}
	var key pieceKey
	var p featurePart
	_, err = pgx.ForEachRow(rows, []any{&key.id, &key.kind, &p.feature, &p.area}, func() error {
		k.pieceFeatures[key] = append(k.pieceFeatures[key], p)
		return nil
	})
	if err != nil {
		return fmt.Errorf("find features of pieces: %w", err)
	}
	return nil
}

// versionOf is a version as a report names it.
func versionOf(v geodata.Version) Version {
	var effective *time.Time
	if v.Effective != nil {
		day := *v.Effective
		effective = &day
	}
	return Version{Ref: v.Ref().String(), Label: v.Label, Digest: v.Digest, State: v.State, Effective: effective,
		Basis: v.Basis, Schematic: v.Schematic, Features: v.Features, SumM2: v.Area}
}
