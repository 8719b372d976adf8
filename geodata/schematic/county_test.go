package schematic

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"math"
	"runtime"
	"strings"
	"sync"
	"testing"

	"github.com/paulmach/orb"

	"hongxian/geodata"
)

// standard is the county of the default seed at scale 1, computed once.
var standard = sync.OnceValues(func() (*County, error) { return New(DefaultSeed, 1) })

func theCounty(t *testing.T) *County {
	t.Helper()
	c, err := standard()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// features reads a version whole.
func features(t *testing.T, c *County, ref string) (list []geodata.Feature) {
	t.Helper()
	for _, d := range c.Deliveries() {
		if d.Ref.String() != "500237."+ref {
			continue
		}
		for f, err := range d.Data.Features {
			if err != nil {
				t.Fatal(err)
			}
			list = append(list, f)
		}
	}
	if len(list) == 0 {
		t.Fatalf("no features of %s", ref)
	}
	return list
}

func areaOf(list []geodata.Feature) (sum float64) {
	for _, f := range list {
		sum += float64(Measure(f.Geometry))
	}
	return sum
}

func within(t *testing.T, what string, got, want, tolerance float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tolerance) {
		t.Errorf("%s: got %.6f, want %.6f ± %g", what, got, want, tolerance)
	}
}

func TestPublishedFigures(t *testing.T) {
	c := theCounty(t)
	county := areaOf(features(t, c, "township@2023"))
	within(t, "county km²", county/1e6, 2958, 0.005)
	within(t, "red line %", 100*areaOf(features(t, c, "red-line@2022"))/county, 36.43, 0.005)
	within(t, "heritage ha", areaOf(features(t, c, "heritage@2021"))/1e4, 6306, 0.01)
	within(t, "control units km²", areaOf(features(t, c, "control-unit@2023"))/1e6, county/1e6, 1e-6)
	for _, ref := range []string{"township@2023", "scenic-area@2022"} {
		for _, f := range features(t, c, ref) {
			for _, p := range f.Geometry.(orb.MultiPolygon) {
				for _, q := range p[0] {
					if !extent.Contains(LonLat(q)) {
						t.Fatalf("%s leaves the published extent at %v", f.Name, LonLat(q))
					}
				}
			}
		}
	}
}

func TestTownshipsHaveTheirCodes(t *testing.T) {
	c := theCounty(t)
	list := features(t, c, "township@2023")
	if len(list) != 26 || len(c.profile.Townships) != 26 {
		t.Fatalf("%d townships, %d in the profile", len(list), len(c.profile.Townships))
	}
	for i, want := range c.profile.Townships {
		f := list[i]
		if f.Code != want.Code || f.Name != want.Name || f.Record != i+1 {
			t.Errorf("township %d is %s %s, record %d; want %s %s", i+1, f.Code, f.Name, f.Record, want.Code, want.Name)
		}
		if n := len(f.Geometry.(orb.MultiPolygon)); n != 1 {
			t.Errorf("%s has %d parts", f.Name, n)
		}
	}
}

func TestFeatureCodesAndClasses(t *testing.T) {
	c := theCounty(t)
	classes := map[string]map[string]int{}
	for _, d := range c.Deliveries() {
		ref := strings.TrimPrefix(d.Ref.String(), "500237.")
		if !d.Data.Schematic || d.Data.SRID != 4546 || !strings.HasPrefix(d.Basis, "示意") {
			t.Errorf("%s is not labelled: %+v", ref, d)
		}
		codes := map[string]bool{}
		classes[ref] = map[string]int{}
		for f := range d.Data.Features {
			if codes[f.Code] || f.Code == "" || f.Name == "" || f.Class == "" {
				t.Errorf("%s record %d: code %q, name %q, class %q", ref, f.Record, f.Code, f.Name, f.Class)
			}
			codes[f.Code] = true
			classes[ref][f.Class]++
		}
	}
	for ref, n := range map[string]int{"red-line@2018": 5, "red-line@2022": 5, "protected-area@2022": 2, "control-unit@2023": 3,
		"urban-boundary@2022": 3, "scenic-area@2022": 2, "farmland@2022": 2, "township@2023": 3} {
		if len(classes[ref]) != n {
			t.Errorf("%s has classes %v, want %d", ref, classes[ref], n)
		}
	}
	if got := classes["protected-area@2022"]; got[coreZone] != 2 || got[generalZone] != 6 {
		t.Errorf("protected zones: %v; want 2 cores, 6 general", got)
	}
	for _, f := range features(t, c, "control-unit@2023") {
		digit := map[string]string{"优先保护单元": "1", "重点管控单元": "2", "一般管控单元": "3"}[f.Class]
		if len(f.Code) != 13 || !strings.HasPrefix(f.Code, "ZH500237"+digit) {
			t.Errorf("control unit %s is a %s", f.Code, f.Class)
		}
	}
}

// Attributes carry the same code, name and class under the official field names
// of the profile, so that an export can be imported again.
func TestAttributesFollowTheProfile(t *testing.T) {
	c := theCounty(t)
	for _, d := range c.Deliveries() {
		layer, ok := c.profile.Layer(d.Ref.Layer)
		if !ok {
			t.Fatalf("the profile has no layer %s", d.Ref.Layer)
		}
		for f := range d.Data.Features {
			first := func(names []string) string {
				for _, n := range names {
					if v, ok := f.Attributes[n]; ok {
						return fmt.Sprint(v)
					}
				}
				return ""
			}
			code := first(layer.Fields.Code)
			if d.Ref.Layer == geodata.Township {
				code = strings.TrimSuffix(code, "000") // official township codes have twelve digits
			}
			if name, class := first(layer.Fields.Name), layer.ClassName(first(layer.Fields.Class)); code != f.Code || name != f.Name || class != f.Class {
				t.Fatalf("%s: %s, %s, %s has attributes %s, %s, %s", d.Ref, f.Code, f.Name, f.Class, code, name, class)
			}
		}
	}
}

func TestProjects(t *testing.T) {
	c := theCounty(t)
	var drawn int
	var money float64
	for _, p := range c.Projects() {
		money += p.Investment
		if (p.Land > 0) != (p.Footprint != nil) {
			t.Errorf("project %d: land %v, footprint %v", p.No, p.Land, p.Footprint != nil)
		}
		if p.Footprint != nil {
			drawn++
			within(t, fmt.Sprintf("project %d m²", p.No), float64(Measure(p.Footprint)), float64(p.Land), 0.005)
		}
	}
	if len(c.Projects()) != 80 || drawn != 9 || money != 513306 {
		t.Errorf("%d projects, %d drawn, %v 万元; want 80, 9, 513306", len(c.Projects()), drawn, money)
	}
	if n := len(features(t, c, "project@2022")); n != 9 {
		t.Errorf("%d footprints delivered", n)
	}
}

func TestChangesAreTheDifference(t *testing.T) {
	c := theCounty(t)
	before, after := areaOf(features(t, c, "red-line@2018")), areaOf(features(t, c, "red-line@2022"))
	var net float64
	kinds := map[string]int{}
	for _, ch := range c.Changes() {
		kinds[fmt.Sprint(ch.Kind, ch.Approved())]++
		switch ch.Kind {
		case Gained:
			net += float64(ch.Area)
		case Lost:
			net -= float64(ch.Area)
		case Reclassified:
			if ch.From == ch.To {
				t.Errorf("%s: reclassified from %s to the same", ch.Township, ch.From)
			}
		}
	}
	within(t, "net m²", after-before, net, 1e-3)
	for _, k := range []string{"1 true", "1 false", "2 true", "2 false", "3 true", "3 false"} {
		if kinds[k] == 0 {
			t.Errorf("no change of kind and approval %s in %v", k, kinds)
		}
	}
	for _, ch := range c.changes {
		for _, k := range ch.cells {
			if c.red[k] == c.redThen[k] || c.redThen[k] != c.redThen[ch.cells[0]] || seats[c.township[k]].code != ch.township {
				t.Errorf("%s: cell %d went from type %d to %d in %s", ch.township, k, c.redThen[k], c.red[k], seats[c.township[k]].code)
			}
		}
	}
	approved := 0
	for f := range c.Approvals().Features {
		approved++
		if f.Attributes["批准文号"] == "" || f.Attributes["批准日期"] == "" || f.Attributes["WHLX"] != f.Class {
			t.Errorf("approval %+v", f.Attributes)
		}
	}
	if want := kinds["1 true"] + kinds["2 true"] + kinds["3 true"]; approved != want {
		t.Errorf("%d approvals, want %d", approved, want)
	}
}

func TestCodesSurviveTheVersions(t *testing.T) {
	c := theCounty(t)
	then := map[string]bool{}
	for _, f := range features(t, c, "red-line@2018") {
		then[f.Code] = true
	}
	kept, fresh := 0, 0
	for _, f := range features(t, c, "red-line@2022") {
		if then[f.Code] {
			kept++
		} else {
			fresh++
		}
	}
	if gone := len(then) - kept; fresh == 0 || gone == 0 || kept < 9*(fresh+gone) {
		t.Errorf("%d codes kept, %d new, %d gone", kept, fresh, gone)
	}
}

// digest is a hash of all that a county delivers.
func digest(t *testing.T, c *County) string {
	t.Helper()
	h := sha256.New()
	for _, d := range c.Deliveries() {
		for f, err := range d.Data.Features {
			if err != nil {
				t.Fatal(err)
			}
			fmt.Fprintln(h, d.Ref, d.Effective, d.Basis, f.Record, f.Code, f.Name, f.Class, f.Attributes)
			for _, p := range f.Geometry.(orb.MultiPolygon) {
				for _, r := range p {
					if err := binary.Write(h, binary.LittleEndian, []orb.Point(r)); err != nil {
						t.Fatal(err)
					}
				}
			}
		}
	}
	return hex.EncodeToString(h.Sum(nil))
}

func TestDeterministic(t *testing.T) {
	again, err := New(DefaultSeed, 1)
	if err != nil {
		t.Fatal(err)
	}
	got := digest(t, theCounty(t))
	if second := digest(t, again); got != second {
		t.Fatalf("two runs differ: %s and %s", got, second)
	}
	// Other processors may fuse multiplications and round differently.
	pinned := map[string]string{"amd64": pinnedAMD64}
	if want, ok := pinned[runtime.GOARCH]; ok && got != want {
		t.Errorf("the county of the default seed has changed: digest %s, pinned %s", got, want)
	}
}

// pinnedAMD64 changes only when the county is meant to change.
const pinnedAMD64 = "8c9008f6b62fadb5af2e23f558f02d44adb9c027a4f7eeecec1729bd1013d078"

func TestScale(t *testing.T) {
	const n = 5
	one := theCounty(t)
	many, err := New(DefaultSeed, n)
	if err != nil {
		t.Fatal(err)
	}
	vertices := func(list []geodata.Feature) (sum int) {
		for _, f := range list {
			for _, p := range f.Geometry.(orb.MultiPolygon) {
				for _, r := range p {
					sum += len(r) - 1
				}
			}
		}
		return sum
	}
	for _, ref := range []string{"township@2023", "red-line@2018", "red-line@2022", "protected-area@2022", "scenic-area@2022"} {
		a, b := features(t, one, ref), features(t, many, ref)
		if len(a) != len(b) || vertices(b) != n*vertices(a) {
			t.Errorf("%s: %d features with %d vertices became %d with %d", ref, len(a), vertices(a), len(b), vertices(b))
		}
		for i := range a {
			within(t, ref+" "+a[i].Code+" m²", float64(Measure(b[i].Geometry)), float64(Measure(a[i].Geometry)), 0.5)
		}
	}
	for _, ref := range []string{"control-unit@2023", "farmland@2022", "project@2022"} {
		a, b := features(t, one, ref), features(t, many, ref)
		if len(b) != n*len(a) {
			t.Errorf("%s: %d features became %d", ref, len(a), len(b))
		}
		if ref != "project@2022" {
			within(t, ref+" m²", areaOf(b), areaOf(a), 1)
		}
	}
}

func TestScaleLimits(t *testing.T) {
	for _, n := range []int{-1, 0, Limit + 1, math.MaxInt} {
		if _, err := New(DefaultSeed, n); !geodata.IsKind(err, geodata.Invalid) {
			t.Errorf("scale %d: %v", n, err)
		}
	}
}

func TestStreamStops(t *testing.T) {
	for _, d := range theCounty(t).Deliveries() {
		n := 0
		for range d.Data.Features {
			if n++; n == 1 {
				break
			}
		}
		if n != 1 {
			t.Errorf("%s gave %d features", d.Ref, n)
		}
	}
}

func TestOtherSeeds(t *testing.T) {
	for _, seed := range []int64{1, -2} {
		c, err := New(seed, 1) // refuses a seed that misses a published figure
		if err != nil {
			t.Fatal(err)
		}
		if digest(t, c) == digest(t, theCounty(t)) {
			t.Errorf("seed %d gives the county of the default seed", seed)
		}
	}
}

func BenchmarkNew(b *testing.B) {
	for b.Loop() {
		if _, err := New(DefaultSeed, 1); err != nil {
			b.Fatal(err)
		}
	}
}
