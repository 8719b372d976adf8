package main

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"unicode"

	"hongxian/internal/openapi"
)

// wildFolders hold files that other programs' tests are made of, most of them
// malformed.
var wildFolders = []string{"shapefiles", "zip", "wkb_fuzz", "geojson", "json"}

// Every file from the wild, through both doors and some at the same time: refused
// within the deadline, in both languages, and by no failure of ours; nothing is
// stored, no file and no child process is left.
func TestFilesFromTheWildThroughEveryDoor(t *testing.T) {
	dsn := redLineInForce(t)
	files := wildFiles(t)
	temp := filepath.Dir(dataFolder(t))
	t.Setenv("TMPDIR", temp)
	address := serving(t, "--database", dsn)
	before := stored(t, dsn)
	queue := make(chan string)
	var workers sync.WaitGroup
	for range 4 {
		workers.Go(func() {
			for file := range queue {
				wildRefusedByServer(t, address, file)
				wildRefusedByCommand(t, dsn, file)
			}
		})
	}
	for _, file := range files {
		queue <- file
	}
	close(queue)
	workers.Wait()
	if after := stored(t, dsn); after != before {
		t.Errorf("stored before: %s, after: %s", before, after)
	}
	if left, err := os.ReadDir(temp); err != nil || len(left) > 0 {
		t.Errorf("left in the temp folder: %v, %v", left, err)
	}
	for _, child := range children(t) {
		if strings.HasPrefix(child, "ogr") || strings.HasPrefix(child, "prlimit") {
			t.Errorf("the child process %s is left", child)
		}
	}
	t.Logf("%d files", len(files))
}

// wildFiles are all files of the folders as they are; Shapefiles also zipped with
// their siblings, as a planner sends them, and WKB also in a GeoPackage, because
// nobody sends it bare.
func wildFiles(t *testing.T) (files []string) {
	t.Helper()
	root := os.Getenv("HONGXIAN_REALDATA")
	for _, folder := range wildFolders {
		err := filepath.WalkDir(filepath.Join(root, folder), func(path string, entry os.DirEntry, err error) error {
			if err != nil || entry.IsDir() {
				return err
			}
			files = append(files, path)
			switch {
			case strings.EqualFold(filepath.Ext(path), ".shp"):
				files = append(files, zipOfSiblings(t, path))
			case folder == "wkb_fuzz":
				files = append(files, packageOf(t, path))
			}
			return nil
		})
		if err != nil {
			t.Fatalf("HONGXIAN_REALDATA must name the folder with the real data: %v", err)
		}
	}
	if len(files) < 400 {
		t.Fatalf("only %d files in %v", len(files), wildFolders)
	}
	return files
}

func zipOfSiblings(t *testing.T, shp string) string {
	t.Helper()
	stem := strings.TrimSuffix(shp, filepath.Ext(shp))
	siblings, err := os.ReadDir(filepath.Dir(shp))
	if err != nil {
		t.Fatal(err)
	}
	parts := map[string][]byte{}
	for _, s := range siblings {
		path := filepath.Join(filepath.Dir(shp), s.Name())
		if strings.TrimSuffix(path, filepath.Ext(path)) != stem {
			continue
		}
		if parts[filepath.Ext(path)], err = os.ReadFile(path); err != nil {
			t.Fatal(err)
		}
	}
	return zipFile(t, filepath.Base(stem), parts)
}

// packageOf is a GeoPackage of one parcel whose geometry is the file's bytes.
func packageOf(t *testing.T, wkb string) string {
	t.Helper()
	bytes, err := os.ReadFile(wkb)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), filepath.Base(wkb)+".gpkg")
	ogr2ogr(t, "-f", "GPKG", "-a_srs", "EPSG:4546", "-nln", "parcel", "-lco", "SPATIAL_INDEX=NO", path, writeFile(t, "a.geojson", geojson(planeShape)))
	header := binary.LittleEndian.AppendUint32([]byte{'G', 'P', 0, 1}, 4546)
	change := fmt.Sprintf("update parcel set geom = x'%s'", hex.EncodeToString(append(header, bytes...)))
	if out, err := exec.Command("ogrinfo", "-q", path, "-sql", change).CombinedOutput(); err != nil {
		t.Fatalf("ogrinfo: %v\n%s", err, out)
	}
	return path
}

func wildRefusedByServer(t *testing.T, address, file string) {
	t.Helper()
	status, body := upload(t, address, file, "")
	var p openapi.Problem
	if err := json.Unmarshal(body, &p); err != nil || status < 400 || status > 499 || p.Code == "" {
		t.Errorf("%s: the server says %d %v: %.300s", file, status, err, body)
		return
	}
	inBothLanguages(t, file, p.Detail, p.DetailEn)
}

func wildRefusedByCommand(t *testing.T, dsn, file string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	var out, complaint bytes.Buffer
	code := run(ctx, []string{"check", file, "--database", dsn}, &out, &complaint)
	lines := strings.Split(complaint.String(), "\n")
	if code != exitInput || ctx.Err() != nil || len(lines) != 3 {
		t.Errorf("%s: exit %d (%v)\n%.300s%.600s", file, code, ctx.Err(), out.String(), complaint.String())
		return
	}
	inBothLanguages(t, file, lines[0], lines[1])
}

// inBothLanguages wants a Chinese sentence and an English one; names of the file
// may be in either.
func inBothLanguages(t *testing.T, file, zh, en string) {
	t.Helper()
	han := func(r rune) bool { return unicode.Is(unicode.Han, r) }
	if !strings.ContainsFunc(zh, han) || len(en) < 10 || !strings.Contains(en, " ") {
		t.Errorf("%s: no sentence in both languages: %q, %q", file, zh, en)
	}
}

// children are the names of this process's child processes.
func children(t *testing.T) (names []string) {
	t.Helper()
	all, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil || len(all) == 0 {
		t.Fatalf("no processes are to be seen: %v", err)
	}
	for _, path := range all {
		stat, err := os.ReadFile(path)
		if err != nil {
			continue // it has ended
		}
		// pid (name) state ppid …: a name may hold spaces and parentheses.
		from, to := bytes.IndexByte(stat, '('), bytes.LastIndexByte(stat, ')')
		if fields := strings.Fields(string(stat[to+1:])); len(fields) > 1 && fields[1] == fmt.Sprint(os.Getpid()) {
			names = append(names, string(stat[from+1:to]))
		}
	}
	slices.Sort(names)
	return names
}
