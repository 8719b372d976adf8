package scenario

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/wkt"

	"hongxian/geodata"
	"hongxian/geodata/postgis"
	"hongxian/internal/pgtest"
	"hongxian/internal/pgtest/holding"
)

// Plane is the county's plane in scenarios, an EPSG code.
const Plane = 4546

// Stage is what a file is run on.
type Stage struct {
	DB *pgxpool.Pool
	Grid
	File   string // for what is said of a line
	Layers []Layer
}

// Layer is a version that the file has put in force, as it was drawn.
type Layer struct {
	Ref      geodata.VersionRef
	Features []Feature
}

// Feature is a feature of a layer, in the plane.
type Feature struct {
	Code     string
	Geometry orb.MultiPolygon
}

// Verb is what a statement of the package under test does. It fails t for what is
// not as the statement expects.
type Verb func(t *testing.T, s *Stage, statement Statement)

// Run runs every file that the pattern names, each as a parallel subtest named for
// it, on a database of its own. A pattern without files, or a file that expects
// nothing, is a failure.
func Run(t *testing.T, pattern string, verbs map[string]Verb) {
	t.Helper()
	files, err := filepath.Glob(pattern)
	if err != nil || len(files) == 0 {
		t.Fatalf("no scenario matches %s (%v)", pattern, err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".scenario"), func(t *testing.T) {
			t.Parallel()
			runFile(t, file, verbs)
		})
	}
}

func runFile(t *testing.T, file string, verbs map[string]Verb) {
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	statements, err := Parse(string(text))
	if err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	stage := &Stage{DB: pgtest.New(t), Grid: Grid{Unit: 1}, File: filepath.Base(file)}
	holding.Put(t, stage.DB, holding.Wushan, holding.Layers)
	expected := 0
	for _, s := range statements {
		switch verb, known := verbs[s.Verb]; {
		case s.Verb == "grid":
			if stage.Grid, err = parseGrid(s.Argument); err != nil {
				t.Fatalf("%s: %v", stage.At(s.Line), err)
			}
		case s.Verb == "layer":
			stage.putInForce(t, s)
		case known:
			expected++
			t.Run(strings.TrimSpace(s.Verb+" "+s.Argument), func(t *testing.T) { verb(t, stage, s) })
		default:
			t.Fatalf("%s: there is no statement %q", stage.At(s.Line), s.Verb)
		}
	}
	if expected == 0 {
		t.Fatalf("%s expects nothing", file)
	}
}

// At names a line of the file.
func (s *Stage) At(line int) string { return fmt.Sprintf("%s:%d", s.File, line) }

// putInForce is the statement layer.
func (s *Stage) putInForce(t *testing.T, statement Statement) {
	t.Helper()
	ref, srid := statement.Argument, Plane
	if before, after, cut := strings.Cut(ref, " in "); cut {
		if _, err := fmt.Sscan(after, &srid); err != nil {
			t.Fatalf("%s: %q is no EPSG code", s.At(statement.Line), after)
		}
		ref = strings.TrimSpace(before)
	}
	version, err := geodata.ParseVersionRef(ref)
	if err != nil {
		t.Fatalf("%s: %v", s.At(statement.Line), err)
	}
	layer, delivery := Layer{Ref: version}, []holding.Feature(nil)
	for _, line := range statement.Body {
		feature, class := s.feature(t, line)
		layer.Features = append(layer.Features, feature)
		delivery = append(delivery, holding.Feature{Code: feature.Code, Class: class,
			WKT: wkt.MarshalString(s.Deliver(t, feature.Geometry, srid))})
	}
	s.Layers = append(s.Layers, layer)
	holding.InForce(t, s.DB, ref, srid, delivery...)
}

// feature reads a line of a layer: code, class where it has one, and shape.
func (s *Stage) feature(t *testing.T, line Line) (f Feature, class string) {
	t.Helper()
	before, shape, found := cutShape(line.Text)
	words := strings.Fields(before)
	if !found || len(words) == 0 || len(words) > 2 {
		t.Fatalf("%s: a feature is a code, a class where it has one, and a shape", s.At(line.Number))
	}
	geometry, err := s.Shape(shape)
	if err == nil {
		f.Geometry, err = Polygons(geometry)
	}
	if err != nil {
		t.Fatalf("%s: %v", s.At(line.Number), err)
	}
	code := words[0]
	if code == "-" {
		code = ""
	}
	return Feature{Code: code, Geometry: f.Geometry}, strings.Join(words[1:], "")
}

// Deliver takes a geometry from the plane to another reference system.
func (s *Stage) Deliver(t *testing.T, g orb.Geometry, srid int) orb.Geometry {
	t.Helper()
	if srid == Plane {
		return g
	}
	var out postgis.Geometry
	err := s.DB.QueryRow(context.Background(), "select st_transform($1::geometry, $2::integer)",
		postgis.Geometry{SRID: Plane, Geometry: g}, srid).Scan(&out)
	if err != nil {
		t.Fatalf("%s: deliver in EPSG:%d: %v", s.File, srid, err)
	}
	return out.Geometry
}
