package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"testing"

	"hongxian/internal/openapi"
	"hongxian/internal/pgtest"
)

// A footprint on the Yangtze's bank in the schematic county, over several layers.
const riverside = `[[[109.86,31.06],[109.91,31.06],[109.91,31.10],[109.86,31.10],[109.86,31.06]]]`

// What a county held and answered is the same after backup and restore: 101 kept
// answers byte for byte and still kept, a new one of the same identity, every tile.
func TestRestoredCountyAnswersTheSame(t *testing.T) {
	original, restored := schematicCounty(t), pgtest.Database(t)
	file := filepath.Join(t.TempDir(), "county.backup")
	site := writeFile(t, "码头.geojson", geojson(riverside))

	// The server keeps running while the backup is written; the other database is
	// restored before anybody serves it.
	before := serving(t, "--database", original)
	status, kept := upload(t, before, site, "")
	if status != http.StatusCreated {
		t.Fatalf("the first check: %d %s", status, kept)
	}
	var sites []string
	var answers [][]byte
	for i := range 100 {
		x, y := 109.8+0.001*float64(i), 31.05
		shape := fmt.Sprintf("[[[%[1]f,%[2]f],[%[3]f,%[2]f],[%[3]f,%[4]f],[%[1]f,%[2]f]]]", x, y, x+0.004, y+0.004)
		sites = append(sites, writeFile(t, "site.geojson", geojson(shape)))
		status, answer := upload(t, before, sites[i], "")
		if status != http.StatusCreated {
			t.Fatalf("check %d: %d %s", i, status, answer)
		}
		answers = append(answers, answer)
	}
	succeeds(t, "已备份到", "backup", file, "--database", original)
	succeeds(t, "Restored", "restore", file, "--database", restored)
	after := serving(t, "--database", restored)

	if status, again := upload(t, after, site, ""); status != http.StatusOK || !bytes.Equal(again, kept) {
		t.Errorf("the kept answer: %d\n%s\nwas\n%s", status, again, kept)
	}
	for i, site := range sites {
		if status, again := upload(t, after, site, ""); status != http.StatusOK || !bytes.Equal(again, answers[i]) {
			t.Fatalf("kept answer %d: %d\n%s\nwas\n%s", i, status, again, answers[i])
		}
	}
	_, cli, stderr := hongxian(t, "check", site, "--format", "json", "--database", restored)
	if cli != string(kept) {
		t.Errorf("the command line on the restored database: %s\n%s", stderr, cli)
	}
	fresh := writeFile(t, "other.geojson", geojson(insideShape))
	one, two := checkOf(t, before, fresh), checkOf(t, after, fresh)
	two.CreatedAt = one.CreatedAt
	if a, b := encoded(t, one), encoded(t, two); a != b {
		t.Errorf("a question never asked before:\n%s\n%s", a, b)
	}
	sameTiles(t, before, after)
}

func checkOf(t *testing.T, address, path string) (c openapi.Check) {
	t.Helper()
	status, body := upload(t, address, path, "")
	if err := json.Unmarshal(body, &c); err != nil || status != http.StatusCreated {
		t.Fatalf("%d %v %s", status, err, body)
	}
	return c
}

func encoded(t *testing.T, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// sameTiles compares tiles of every layer in force, at a zoom that shows the
// county and one that shows a valley.
func sameTiles(t *testing.T, before, after string) {
	t.Helper()
	var list openapi.LayerList
	if err := json.Unmarshal(fetch(t, before, "/api/v1/layers"), &list); err != nil {
		t.Fatal(err)
	}
	if again := fetch(t, after, "/api/v1/layers"); !bytes.Equal(again, fetch(t, before, "/api/v1/layers")) {
		t.Errorf("the layers differ: %s", again)
	}
	tiles, filled := 0, 0
	for _, layer := range list.Layers {
		if layer.InForce == nil {
			continue
		}
		for _, place := range []string{"8/206/104", "12/3298/1676", "12/3298/1677"} {
			path := "/tiles/" + layer.InForce.Ref + "/" + place + ".mvt"
			one, two := fetch(t, before, path), fetch(t, after, path)
			if !bytes.Equal(one, two) {
				t.Errorf("%s: %d bytes became %d", path, len(one), len(two))
			}
			if tiles++; len(one) > 0 {
				filled++
			}
		}
	}
	if tiles < 20 || filled < tiles/2 {
		t.Errorf("%d tiles compared, %d of them filled: too few to prove anything", tiles, filled)
	}
}

func fetch(t *testing.T, address, path string) []byte {
	t.Helper()
	r, err := http.Get(address + path)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	body, err := io.ReadAll(r.Body)
	if err != nil || r.StatusCode >= 400 {
		t.Fatalf("%s: %d %v %s", path, r.StatusCode, err, body)
	}
	return body
}
