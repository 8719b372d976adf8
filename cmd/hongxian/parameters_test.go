package main

import (
	"bytes"
	"encoding/json"
	"io"
	"mime/multipart"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"hongxian/internal/openapi"
	"hongxian/internal/pgtest"
)

// A county's set, with made-up numbers.
const wushanParameters = `
- name: 示例西安80
  datum: xian80
  convention: position-vector
  units: {shift: m, rotation: arcsecond, scale: ppm}
  shift: [-112.375, 43.625, 31.25]
  rotation: [1.875, -2.125, 3.5]
  scale: -4.25
`

// writtenParameters are the same numbers, written out.
const writtenParameters = "xian80/position-vector/m/arcsecond/ppm:-112.375,43.625,31.25,1.875,-2.125,3.5,-4.25"

// xianLayer is a square in the county's plane of Xian 1980.
func xianLayer(t *testing.T) string {
	return writeFile(t, "layer.geojson", strings.Replace(geojson(`[[[392600,3439600],[392800,3439600],[392800,3439750],[392600,3439600]]]`),
		`"features"`, `"crs":{"type":"name","properties":{"name":"urn:ogc:def:crs:EPSG::2382"}},"features"`, 1))
}

// A layer and a site on Xian 1980 are taken by the county's own set, named or written
// out; the record tells the set by name and digest, and its numbers are nowhere.
func TestSevenParametersFromTheCounty(t *testing.T) {
	profiles := t.TempDir()
	if err := os.WriteFile(filepath.Join(profiles, "500237.parameters.yaml"), []byte(wushanParameters), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv(profilesFolder, profiles)
	dsn := pgtest.Database(t)
	layer := xianLayer(t)
	fails(t, exitInput, "takes seven parameters", "import", "red-line@2022", layer, "--database", dsn)
	fails(t, exitInput, "There are no seven parameters", "import", "500237.red-line@2022", layer, "--parameters", "另一组", "--database", dsn)
	fails(t, exitInput, "name datum, convention and units", "import", "red-line@2022", layer, "--parameters", "xian80:1,2,3,4,5,6,7", "--database", dsn)

	code, stdout, stderr := hongxian(t, "import", "red-line@2022", layer, "--parameters", "示例西安80", "--database", dsn)
	if code != exitDone || !strings.Contains(stdout, "EPSG:4546") || !strings.Contains(stdout, "示例西安80") || !strings.Contains(stdout, "位置矢量") {
		t.Fatalf("exit %d\n%s%s", code, stdout, stderr)
	}
	succeeds(t, "is in force", "publish", "red-line@2022", "--accept-findings", "--basis", "示例", "--database", dsn)
	code, checked, stderr := hongxian(t, "check", layer, "--against", "red-line", "--parameters", writtenParameters, "--format", "json", "--database", dsn)
	if code != exitDone || !strings.Contains(checked, "datum-by") && !strings.Contains(checked, "随文件提交") {
		t.Fatalf("exit %d\n%s%s", code, checked, stderr)
	}
	address := serving(t, "--database", dsn)
	status, answer := checkByForm(t, address, layer, map[string]string{"parameters": writtenParameters, "against": "red-line"})
	if status != http.StatusOK || !strings.Contains(string(answer), "随文件提交") { // the same answer as before
		t.Errorf("over HTTP: %d %s", status, answer)
	}
	answered := string(answer)
	// The same set as a file; its control points are checked.
	status, answer = checkByForm(t, address, layer, map[string]string{"parameters": strings.Replace(wushanParameters, "示例西安80", "随文件提交", 1), "against": "red-line"})
	if status != http.StatusOK || string(answer) != answered {
		t.Errorf("as a file: %d %s", status, answer)
	}
	off := wushanParameters + "  controls: [{from: [109.9, 31.1], to: [109.9, 31.1]}]\n"
	if status, answer := checkByForm(t, address, layer, map[string]string{"parameters": off}); status != http.StatusBadRequest || !strings.Contains(string(answer), "parameters-residual") {
		t.Errorf("with a control point that is off: %d %s", status, answer)
	}
	if status, answer := checkByForm(t, address, layer, nil); status != http.StatusBadRequest || !strings.Contains(string(answer), "crs-datum-needs-parameters") {
		t.Errorf("without parameters: %d %s", status, answer)
	}
	content, err := os.ReadFile(layer)
	if err != nil {
		t.Fatal(err)
	}
	// An address is logged, here and on the way.
	r, err := http.Post(address+"/api/v1/checks?parameters="+"xian80", "application/geo+json", bytes.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	var refused openapi.Problem
	if err := json.NewDecoder(r.Body).Decode(&refused); err != nil || refused.Code != "parameter-unknown" {
		t.Errorf("in the address: %+v, %v", refused, err)
	}
	for what, text := range map[string]string{"the import's report": stdout, "the check": checked, "the answer": answered, "complaints": stderr} {
		if strings.Contains(text, "112.375") || strings.Contains(text, "43.625") {
			t.Errorf("%s shows the numbers:\n%s", what, text)
		}
	}
}

// checkByForm sends a site with other fields of the form.
func checkByForm(t *testing.T, address, file string, fields map[string]string) (int, []byte) {
	t.Helper()
	return postForm(t, address+"/api/v1/checks", "file", file, fields)
}

// postForm sends a file as a field of a form, and other fields.
func postForm(t *testing.T, url, field, file string, fields map[string]string) (int, []byte) {
	t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	for name, value := range fields {
		if err := form.WriteField(name, value); err != nil {
			t.Fatal(err)
		}
	}
	part, err := form.CreateFormFile(field, filepath.Base(file))
	if err != nil {
		t.Fatal(err)
	}
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := part.Write(content); err != nil {
		t.Fatal(err)
	}
	if err := form.Close(); err != nil {
		t.Fatal(err)
	}
	r, err := http.Post(url, form.FormDataContentType(), &body)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	answer, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	return r.StatusCode, answer
}
