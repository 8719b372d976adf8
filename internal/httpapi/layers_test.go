package httpapi

import (
	"encoding/json"
	"net/http"
	"testing"

	"hongxian/internal/openapi"
)

func TestListLayers(t *testing.T) {
	s := newSite(t)
	w := s.get("/api/v1/layers")
	var l openapi.LayerList
	if err := json.Unmarshal(w.Body.Bytes(), &l); err != nil || w.Code != http.StatusOK {
		t.Fatalf("%d %v %s", w.Code, err, w.Body)
	}
	if l.County.Name != "巫山县" || !l.Schematic || len(l.Layers) != 2 {
		t.Errorf("got %s", w.Body)
	}
	red := l.Layers[0]
	if red.InForce == nil || red.InForce.Ref != "500237.red-line@2022" || *red.Tilejson != "/tiles/500237.red-line.json" || *red.Colour != "#d55e00" {
		t.Errorf("red line: %s", w.Body)
	}
	if town := l.Layers[1]; town.InForce != nil || town.Tilejson != nil {
		t.Errorf("a layer without a version in force offers one: %s", w.Body)
	}
	s.problem(s.get("/api/v1/layers?county=500238"), http.StatusNotFound, "county-unknown")
	s.problem(s.get("/api/v1/layers?county=%27or"), http.StatusBadRequest, "county-malformed")
}

func TestListVersions(t *testing.T) {
	s := newSite(t)
	w := s.get("/api/v1/layers/red-line/versions?county=500237")
	var l openapi.VersionList
	if err := json.Unmarshal(w.Body.Bytes(), &l); err != nil || w.Code != http.StatusOK {
		t.Fatalf("%d %v %s", w.Code, err, w.Body)
	}
	if len(l.Versions) != 2 || l.Versions[0].State != "draft" || l.Versions[1].Effective.String() != "2022-11-01" {
		t.Errorf("got %s", w.Body)
	}
	if w := s.get("/api/v1/layers/township/versions"); w.Code != http.StatusOK || w.Body.String() != `{"layer":"township","versions":[]}`+"\n" {
		t.Errorf("a layer without versions: %d %s", w.Code, w.Body)
	}
	s.problem(s.get("/api/v1/layers/heritage/versions"), http.StatusNotFound, "layer-unknown")
	s.problem(s.get("/api/v1/layers/Red/versions"), http.StatusBadRequest, "layer-key-malformed")
}
