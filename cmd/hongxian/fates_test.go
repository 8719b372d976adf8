package main

import (
	"cmp"
	"context"
	"crypto/sha256"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/paulmach/orb"

	"hongxian/geodata"
	"hongxian/geodata/county"
	"hongxian/geodata/postgis"
	"hongxian/internal/geofile"
	"hongxian/internal/intake"
	"hongxian/internal/pgtest"
)

// updateFates writes what became of the files from the wild anew: go test -run
// TestFates ./cmd/hongxian -update-fates.
var updateFates = flag.Bool("update-fates", false, "write testdata/fates.tsv anew")

const fatesFile = "testdata/fates.tsv"

// Every file from the wild is imported as a layer of a county drawn around it, so that
// what a file is decides, not where it lies; one that states no reference system is
// imported a second time with one that fits its numbers. What became of each,
// with the reason in both languages, is a table that a planner can read; whatever
// changes in it is to be looked at. No temp folder and no child process is left.
func TestFatesOfFilesFromTheWild(t *testing.T) {
	root := realData(t)
	files := fateFiles(t, root)
	temp := filepath.Dir(dataFolder(t))
	t.Setenv("TMPDIR", temp)
	pool, err := postgis.Open(context.Background(), pgtest.Database(t))
	if err != nil {
		t.Fatal(err)
	}
	defer pool.Close()
	d := &database{pool: pool}
	home, err := county.Load("500237")
	if err != nil {
		t.Fatal(err)
	}
	if err := register(context.Background(), pool, home); err != nil {
		t.Fatal(err)
	}
	lines := make([]string, len(files))
	queue := make(chan int)
	var workers sync.WaitGroup
	for worker := range 3 {
		workers.Go(func() {
			for i := range queue {
				lines[i] = d.fate(t, files[i], fmt.Sprintf("w%d", worker))
			}
		})
	}
	for i := range files {
		queue <- i
	}
	close(queue)
	workers.Wait()
	leftNothing(t, temp)
	compareFates(t, "文件 file\t坐标系 crs\t结果 fate\t读入 read\t保留 kept\t修复 repaired\t拒收 refused\t原因 code\t说明\tin English\n"+strings.Join(lines, ""))
}

// compareFates holds the table against the one that was looked at, line by line.
func compareFates(t *testing.T, table string) {
	t.Helper()
	if *updateFates {
		if err := os.WriteFile(fatesFile, []byte(table), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	golden, err := os.ReadFile(fatesFile)
	if err != nil {
		t.Fatal(err)
	}
	got, want := strings.Split(table, "\n"), strings.Split(string(golden), "\n")
	for i := range max(len(got), len(want)) {
		if g, w := lineAt(got, i), lineAt(want, i); g != w {
			t.Errorf("line %d:\n got %s\nwant %s", i+1, g, w)
		}
	}
}

func lineAt(lines []string, i int) string {
	if i < len(lines) {
		return lines[i]
	}
	return "(none)"
}

func leftNothing(t *testing.T, temp string) {
	t.Helper()
	if left, err := os.ReadDir(temp); err != nil || len(left) > 0 {
		t.Errorf("left in the temp folder: %v, %v", left, err)
	}
	for _, child := range children(t) {
		if strings.HasPrefix(child, "ogr") || strings.HasPrefix(child, "gdal") || strings.HasPrefix(child, "prlimit") {
			t.Errorf("the child process %s is left", child)
		}
	}
}

// aroundFile registers a county around what a file holds, and gives its code. Where
// nothing can be read, or it cannot be placed, any county will do.
func (d *database) aroundFile(ctx context.Context, t *testing.T, f fateFile, crs string) string {
	t.Helper()
	file, err := geofile.Open(ctx, f.path, geofile.Options{CRS: crs})
	if err != nil {
		return ""
	}
	defer file.Close()
	var around orb.Bound
	found := false
	for feature := range file.Features(ctx) {
		if g := feature.Geometry; g != nil && !found {
			around, found = g.Bound(), true
		} else if g != nil {
			around = around.Union(g.Bound())
		}
	}
	var place [4]float64
	if !found || d.pool.QueryRow(ctx, `select st_xmin(e), st_ymin(e), st_xmax(e), st_ymax(e)
		from (select st_envelope(to_lonlat(st_makeenvelope($1, $2, $3, $4, $5))) as e) as placed`,
		around.Min[0], around.Min[1], around.Max[0], around.Max[1], file.SRID()).Scan(&place[0], &place[1], &place[2], &place[3]) != nil {
		return ""
	}
	p := countyAround(place)
	if p.Bounds[0] < -179 || p.Bounds[2] > 179 || p.Bounds[1] < -84 || p.Bounds[3] > 84 {
		return ""
	}
	if err := register(ctx, d.pool, p); err != nil {
		t.Errorf("%s: %v", f.name, err)
		return ""
	}
	return p.Code
}

// countyAround is a county around a place, its plane a UTM zone as its own would be.
func countyAround(place [4]float64) *county.Profile {
	zone := 32601 + int((place[0]+place[2])/2+180)/6
	if place[1] < 0 {
		zone += 100
	}
	p := &county.Profile{NameZH: "测试县", NameEN: "a test county", PlaneSRID: zone,
		Bounds: [4]float64{place[0] - 0.1, place[1] - 0.1, place[2] + 0.1, place[3] + 0.1},
		Layers: []county.Layer{{Key: geodata.Farmland, TitleZH: "测试图层", TitleEN: "A test layer"}}}
	p.Code = fmt.Sprintf("T%x", sha256.Sum256(fmt.Append(nil, p.Bounds)))[:12]
	return p
}

// fateFile is a file of the table.
type fateFile struct{ name, path string }

// fateFiles are the files in the order of their names: those of a Shapefile by their
// .shp, WKB within a GeoPackage, because nobody sends it bare, everything else as it is.
func fateFiles(t *testing.T, root string) (files []fateFile) {
	t.Helper()
	count := map[string]int{}
	for _, folder := range wildFolders {
		err := filepath.WalkDir(filepath.Join(root, folder), func(path string, entry os.DirEntry, err error) error {
			if err != nil || entry.IsDir() {
				return err
			}
			name, err := filepath.Rel(root, path)
			if err != nil {
				return err
			}
			if count[folder]++; folder == "wkb_fuzz" {
				path, name = packageOf(t, path), name+" (in a GeoPackage)"
			}
			files = append(files, fateFile{filepath.ToSlash(name), path})
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	for folder, least := range map[string]int{"shapefiles": 180, "zip": 77, "wkb_fuzz": 11, "geojson": 65, "json": 159} {
		if count[folder] < least {
			t.Errorf("only %d files in %s", count[folder], folder)
		}
	}
	slices.SortFunc(files, func(a, b fateFile) int { return strings.Compare(a.name, b.name) })
	return files
}

// fate imports a file and says what became of it: a line, or two where the file states
// no reference system.
func (d *database) fate(t *testing.T, f fateFile, label string) string {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	line, missing := d.fateAs(ctx, t, f, label, "")
	if missing == nil || strings.HasPrefix(missing.Code, "crs-un") {
		return line
	}
	crs := "EPSG:3395" // metres of any size
	if p := missing.At; p != nil && p[0] >= -180 && p[0] <= 180 && p[1] >= -90 && p[1] <= 90 {
		crs = "EPSG:4490"
	}
	again, _ := d.fateAs(ctx, t, f, label, crs)
	return line + again
}

// fateAs imports a file as being in a reference system; the error is of a file that
// states none.
func (d *database) fateAs(ctx context.Context, t *testing.T, f fateFile, label, crs string) (string, *geodata.Error) {
	ref := geodata.VersionRef{County: cmp.Or(d.aroundFile(ctx, t, f, crs), "500237"), Layer: geodata.Farmland, Label: label}
	report, err := d.importFile(ctx, ref, f.path, importFlags{crs: crs, unexamined: true})
	if err != nil {
		e := geodata.AsError(err)
		if e.Kind != geodata.Invalid && e.Kind != geodata.TooLarge || ctx.Err() != nil {
			t.Errorf("%s: not an error for users: %v", f.name, err)
		}
		inBothLanguages(t, f.name, e.ZH, e.EN)
		line := fateLine(f.name, crs, "拒收 refused", &intake.Report{}, e.Code, e.ZH, e.EN)
		if e.Code == "crs-missing" || e.Code == "crs-undefined" {
			return line, e
		}
		return line, nil
	}
	fate := "保留 kept"
	switch {
	case report.Refused > 0:
		fate = "部分保留 kept in part"
	case report.Repaired > 0:
		fate = "修复 repaired"
	}
	var codes, zh, en []string
	for _, n := range report.Findings {
		if !slices.Contains(codes, n.Code) {
			codes, zh, en = append(codes, n.Code), append(zh, n.ZH), append(en, n.EN)
		}
	}
	if crs == "" {
		crs = fmt.Sprintf("EPSG:%d", report.SRID)
	}
	return fateLine(f.name, crs, fate, report, strings.Join(codes, " "), strings.Join(zh, " "), strings.Join(en, " ")), nil
}

// fateLine is a line of the table; what a finding quotes of a file may be anything.
func fateLine(name, crs, fate string, r *intake.Report, code, zh, en string) string {
	clean := func(text string) string {
		return strings.Map(func(r rune) rune {
			if r < ' ' || r == 0xFFFD || r > 0xFFFF {
				return '?'
			}
			return r
		}, text)
	}
	return fmt.Sprintf("%s\t%s\t%s\t%d\t%d\t%d\t%d\t%s\t%s\t%s\n", clean(name), crs, fate, r.Read, r.Kept, r.Repaired, r.Refused, code, clean(zh), clean(en))
}
