package internal_test

import (
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// layers says what a package, and all below it, may know of this module. Arrows
// point downwards only:
//
//	cmd → httpapi → answer → report → operations, tiles → geodata/postgis → geodata
//
// A package that is not listed may be known to everyone and may know nothing: a
// new one must be placed here.
var layers = []struct {
	path string   // of the package, below the module
	may  []string // what it may depend on, directly or not
}{
	{"geodata", nil},
	{"geodata/county", geodata},
	{"geodata/schematic", and(geodata, "geodata/county")},
	{"geodata/postgis/migrations", nil},
	{"geodata/postgis", and(geodata, "geodata/postgis/migrations")},
	{"tiles/mesh", nil},
	{"tiles/mvt", and(nil, "tiles/mesh")},
	{"tiles/pmtiles", nil},
	{"tiles/bake", and(nil, "tiles/mesh", "tiles/mvt")},
	{"tiles", and(postgis, drawing...)},
	{"web", nil},

	{"internal/audit", postgis},
	{"internal/localpg", postgis},
	{"internal/basemap", geodata},
	{"internal/backup", and(postgis, "internal/localpg")},
	{"internal/scratch", nil},
	{"internal/geofile", and(geodata, "internal/scratch")},
	{"internal/intake", audited},
	{"internal/quality", postgis},
	{"internal/publish", audited},
	{"internal/township", postgis},
	{"internal/change", postgis},
	{"internal/rule", geodata},
	{"internal/overlap/outline", postgis},
	{"internal/overlap", and(postgis, "internal/rule", "internal/overlap/outline")},
	{"internal/coverage", postgis},
	{"internal/ledger", audited},
	{"internal/place", postgis},
	{"internal/indicator", audited},
	{"internal/record", audited},
	{"internal/doctor", and(audited, "internal/localpg", "internal/backup", "internal/report/font", "internal/account", "internal/signon")},
	{"internal/job", postgis},
	{"internal/account", postgis},
	{"internal/signon/issuer", nil},
	{"internal/signon", and(postgis, "internal/account")},
	{"internal/batch", and(audited, "internal/rule", "internal/overlap", "internal/overlap/outline", "internal/record")},
	{"internal/turn", nil},
	{"internal/openapi", nil},
	{"internal/report/font", geodata},
	{"internal/report/pdf", and(geodata, "internal/report/font")},
	{"internal/report/figure", and(operations, "internal/report/font")},
	{"internal/report/access", and(geodata, "internal/openapi")},
	{"internal/report", and(operations, "internal/report/spreadsheet", "internal/openapi", "internal/report/access", "internal/report/stats", "internal/report/comparison", "internal/report/font", "internal/report/pdf", "internal/report/figure")},
	{"internal/report/spreadsheet", nil},
	{"internal/report/gdal", nil},
	{"internal/report/pieces", and(operations, "internal/scratch", "internal/openapi", "internal/report/comparison", "internal/report/gdal")},
	{"internal/report/delivery", and(operations, "internal/scratch", "internal/report/spreadsheet", "internal/openapi", "internal/report/comparison", "internal/report/gdal", "internal/report/pieces")},
	{"internal/report/stats", and(geodata, "internal/openapi")},
	{"internal/report/comparison", []string{"internal/openapi"}},
	{"internal/report/docx", nil},
	{"internal/report/office", and(operations, "internal/scratch", "internal/report/spreadsheet", "internal/openapi", "internal/report/access", "internal/report/stats", "internal/report/comparison", "internal/report/gdal", "internal/report/pieces", "internal/report/docx")},
	{"internal/answer", and(reports, "internal/turn", "internal/record", "internal/batch")},
	{"internal/httpapi", and(reports, "internal/turn", "internal/account", "internal/signon", "internal/answer", "internal/basemap", "internal/record", "internal/batch", "internal/job", "tiles", "tiles/mesh", "tiles/mvt", "tiles/pmtiles", "tiles/bake")},
}

var (
	geodata    = []string{"geodata"}
	postgis    = and(geodata, "geodata/postgis", "geodata/postgis/migrations")
	drawing    = []string{"tiles/mesh", "tiles/mvt", "tiles/pmtiles", "tiles/bake"}
	audited    = and(postgis, "internal/audit")
	operations = and(audited, "internal/intake", "internal/publish", "internal/overlap", "internal/overlap/outline", "internal/rule", "internal/change", "internal/township", "internal/coverage", "internal/ledger", "internal/indicator", "internal/place", "internal/quality")
	reports    = and(operations, "internal/scratch", "internal/openapi", "internal/report", "internal/report/spreadsheet", "internal/report/access", "internal/report/stats", "internal/report/comparison",
		"internal/report/font", "internal/report/pdf", "internal/report/figure",
		"internal/report/gdal", "internal/report/pieces", "internal/report/delivery", "internal/report/docx", "internal/report/office")
)

// and is base with more, in a list of its own: appending to a shared one could
// write into another package's.
func and(base []string, more ...string) []string { return slices.Concat(base, more) }

// heavy names dependencies that must stay out of some packages.
var heavy = map[string][]string{
	// GeoJSON of orb pulls in MongoDB's bson; the vocabulary must stay light.
	"geodata": {"github.com/paulmach/orb/geojson", "github.com/jackc/pgx/v5", "net/http"},
	// A provider is for tests; the program is its client.
	"cmd/hongxian":      {"github.com/zitadel/oidc/v3/pkg/op"},
	"internal/overlap":  {"net/http", "github.com/labstack/echo/v4"},
	"internal/publish":  {"net/http", "github.com/labstack/echo/v4"},
	"internal/change":   {"net/http", "github.com/labstack/echo/v4"},
	"internal/intake":   {"net/http", "github.com/labstack/echo/v4"},
	"internal/quality":  {"net/http", "github.com/labstack/echo/v4"},
	"internal/township": {"net/http", "github.com/labstack/echo/v4"},
}

const module = "hongxian/"

// dependencies lists what each package of the module depends on.
func dependencies(t *testing.T) map[string][]string {
	t.Helper()
	cmd := exec.Command("go", "list", "-f", `{{.ImportPath}} {{join .Deps " "}}`, "./...")
	cmd.Dir = ".."
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	deps := map[string][]string{}
	for _, line := range strings.Split(strings.TrimSpace(string(out)), "\n") {
		fields := strings.Fields(line)
		deps[strings.TrimPrefix(fields[0], module)] = fields[1:]
	}
	return deps
}

func TestLayering(t *testing.T) {
	deps := dependencies(t)
	for name, all := range deps {
		if name == "internal" || strings.HasPrefix(name, "cmd/") || strings.HasPrefix(name, "internal/pgtest") {
			continue // commands and test benches know everything
		}
		i := slices.IndexFunc(layers, func(l struct {
			path string
			may  []string
		}) bool {
			return l.path == name
		})
		if i < 0 {
			t.Errorf("%s has no place in the layers; give it one", name)
			continue
		}
		for _, dep := range all {
			own, isOwn := strings.CutPrefix(dep, module)
			if isOwn && !slices.Contains(layers[i].may, own) {
				t.Errorf("%s must not know %s", name, own)
			}
		}
	}
}

func TestHeavyDependenciesStayOut(t *testing.T) {
	deps := dependencies(t)
	for name, banned := range heavy {
		if deps[name] == nil {
			t.Errorf("%s is gone; take it out of the list", name)
		}
		for _, b := range banned {
			if slices.Contains(deps[name], b) {
				t.Errorf("%s must not depend on %s", name, b)
			}
		}
	}
}

// No package may be named for being left over.
func TestPackageNames(t *testing.T) {
	for name := range dependencies(t) {
		for _, banned := range []string{"util", "utils", "common", "helpers", "models", "types", "services"} {
			if name[strings.LastIndex(name, "/")+1:] == banned {
				t.Errorf("%s: name the package for what it holds", name)
			}
		}
	}
}
