package county_test

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"hongxian/geodata"
	"hongxian/geodata/county"
)

// The numbers are made up.
const parameterSets = `
- name: 示例西安80
  datum: xian80
  convention: position-vector
  units: {shift: m, rotation: arcsecond, scale: ppm}
  shift: [111.25, -22.5, 33.75]
  rotation: [1.125, -0.5, 2.25]
  scale: 4.5
- name: 无单位
  datum: xian80
  convention: position-vector
  shift: [1, 2, 3]
- name: 无约定
  datum: xian80
  units: {shift: m, rotation: arcsecond, scale: ppm}
  shift: [1, 2, 3]
- name: 弧度
  datum: xian80
  convention: coordinate-frame
  units: {shift: m, rotation: radian, scale: ppm}
  shift: [1, 2, 3]
`

func parametersFolder(t *testing.T, text string, mode os.FileMode) string {
	t.Helper()
	folder := t.TempDir()
	path := filepath.Join(folder, "500237.parameters.yaml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, mode); err != nil {
		t.Fatal(err)
	}
	return folder
}

func TestParameters(t *testing.T) {
	folder := parametersFolder(t, parameterSets, 0o640)
	p, err := county.Parameters(folder, "500237", "示例西安80")
	if err != nil || p.Shift != [3]float64{111.25, -22.5, 33.75} || p.Turn[2] != 2.25 || p.Scale != 4.5 || p.Rotation != geodata.PositionVector {
		t.Errorf("%v, %v", p.Shift, err)
	}
	for name, code := range map[string]string{"另一组": "parameters-unknown", "无单位": "county-profile-invalid", "弧度": "county-profile-invalid", "无约定": "parameters-malformed"} {
		if _, err := county.Parameters(folder, "500237", name); err == nil || geodata.AsError(err).Code != code {
			t.Errorf("%s: %v, want %s", name, err, code)
		}
	}
	if _, err := county.Parameters(folder, "500238", "示例西安80"); geodata.AsError(err).Code != "parameters-unknown" {
		t.Errorf("another county: %v", err)
	}
	if profiles, err := county.LoadFolder(folder); err != nil || len(profiles) != 0 {
		t.Errorf("parameters are taken for a profile: %v", err)
	}
}

// A file that everybody may read is refused, and what is wrong with one is told without
// its numbers.
func TestParametersAreSecret(t *testing.T) {
	for name, folder := range map[string]string{
		"readable by all": parametersFolder(t, parameterSets, 0o644),
		"malformed":       parametersFolder(t, strings.Replace(parameterSets, "scale: 4.5", "scale: 4.5e", 1), 0o600),
	} {
		_, err := county.Parameters(folder, "500237", "示例西安80")
		if err == nil || strings.Contains(fmt.Sprint(err), "4.5") || strings.Contains(geodata.AsError(err).ZH, "4.5") {
			t.Errorf("%s: %v", name, err)
		}
	}
	p, err := county.Parameters(parametersFolder(t, parameterSets, 0o600), "500237", "示例西安80")
	if err != nil {
		t.Fatal(err)
	}
	encoded, err := json.Marshal(struct{ P *geodata.SevenParameters }{&p})
	if err != nil {
		t.Fatal(err)
	}
	for _, shown := range []string{string(encoded), fmt.Sprint(p), fmt.Sprintf("%+v %#v %d", p, &p, p), fmt.Sprintf("%+v", struct{ P geodata.SevenParameters }{p}), p.LogValue().String()} {
		if strings.Contains(shown, "111") || strings.Contains(shown, "33.75") || !strings.Contains(shown, "示例西安80") || !strings.Contains(shown, p.Digest()) {
			t.Errorf("shown as %s", shown)
		}
	}
}

// A planner's own set comes as the text of such a file, with its control points.
// oneSet is what comes with a delivery.
const oneSet = `
- name: 自带
  datum: beijing54
  convention: coordinate-frame
  units: {shift: m, rotation: arcsecond, scale: ppm}
  shift: [111.25, -22.5, 33.75]
  rotation: [1.125, -0.5, 2.25]
  scale: 4.5
  controls: [{from: [109.9, 31.1], to: [109.901, 31.101]}]
  within_m: 0.5
`

func TestParseSet(t *testing.T) {
	p, err := county.ParseSet(oneSet)
	if err != nil || p.Name != "自带" || p.Rotation != geodata.CoordinateFrame || p.Shift[1] != -22.5 || len(p.Controls) != 1 || p.Within != 0.5 {
		t.Errorf("%v, %v", p, err)
	}
	for name, text := range map[string]string{
		"two sets":      oneSet + oneSet,
		"none":          "[]\n",
		"two of three":  strings.Replace(oneSet, "-22.5, 33.75", "-22.5", 1),
		"four of three": strings.Replace(oneSet, "-22.5, 33.75", "-22.5, 33.75, 1", 1),
		"half a point":  strings.Replace(oneSet, "from: [109.9, 31.1]", "from: [109.9]", 1),
		"no list":       "name: 自带\n",
		"no units":      strings.Replace(oneSet, "  units: {shift: m, rotation: arcsecond, scale: ppm}\n", "", 1),
		"no convention": strings.Replace(oneSet, "  convention: coordinate-frame\n", "", 1),
		"an alias":      "- &a {name: 自带}\n- *a\n",
		"unknown field": oneSet + "  epoch: 2000\n",
	} {
		_, err := county.ParseSet(text)
		if err == nil || geodata.AsError(err).Code != "parameters-malformed" || strings.Contains(err.Error(), "111.25") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Whatever is handed in ends in a set that can be used or in an error for users.
func FuzzParseSet(f *testing.F) {
	f.Add(oneSet)
	f.Add("[{units: {shift: m}}]")
	f.Add("- &a [*a]")
	f.Add("- scale: .nan\n")
	f.Fuzz(func(t *testing.T, text string) {
		p, err := county.ParseSet(text)
		if err != nil {
			if geodata.AsError(err).Code != "parameters-malformed" {
				t.Fatalf("not an error for users: %v", err)
			}
			return
		}
		for _, v := range append(append(p.Shift[:], p.Turn[:]...), p.Scale) {
			if math.IsNaN(v) || math.IsInf(v, 0) {
				t.Errorf("%q has %v", text, v)
			}
		}
	})
}
