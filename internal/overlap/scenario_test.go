package overlap_test

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/paulmach/orb"

	"hongxian/geodata"
	"hongxian/internal/overlap"
	"hongxian/internal/pgtest/scenario"
	"hongxian/internal/pgtest/surveyrule"
	"hongxian/internal/rule"
)

// deliveries are the reference systems that every scenario's site is delivered in:
// CGCS2000 geographic, 3° with the county's meridian and with its zone's prefix,
// the neighbouring meridian, 6°, and WGS 84.
var deliveries = []int{4490, 4546, 4525, 4545, 4508, 4326}

// The statement check asks about a site in every reference system. Its body:
//
//	site SHAPE | corridor WIDTH SHAPE | circle RADIUS SHAPE     metres
//	against REF …               else every layer in force
//	area AREA                   the site's
//	LAYER concerned AREA | sliver AREA | clear [METRES] | not checked
//	    concerned: the layer's overlap, its slivers apart; clear: the distance
//	LAYER CODE AREA             a feature's part; where one is named, all must be
//	share LAYER [CODE] PERCENT  of the site, of the feature
//	slivers LAYER [CODE] AREA   what of the overlap, of a feature's part, are slivers
//	length METRES               of the corridor's axis
//	crossing LAYER CODE METRES from X Y to X Y      on the grid
//	township CODE AREA          where one is named, all must be
//	township CODE LAYER AREA    what a layer covers of that part
//	outside AREA, twice AREA    outside the county; covered by two townships
//	together NAME AREA          a combination; where one is named, all must be
//	outcome OUTCOME, refused CODE
//
// The statement agree N holds N random sites against the referee.
func TestScenarios(t *testing.T) {
	scenario.Run(t, "testdata/*.scenario", map[string]scenario.Verb{"check": checkScenario, "agree": agreeScenario})
}

func checkScenario(t *testing.T, s *scenario.Stage, statement scenario.Statement) {
	for _, srid := range deliveries {
		t.Run(fmt.Sprint("EPSG ", srid), func(t *testing.T) {
			e := expectation{T: t, stage: s}
			site, against := e.question(statement, srid)
			checker := checkTwice(s.DB)
			e.report, e.err = checker.check(t, overlap.Request{Site: site, Against: against})
			for _, line := range statement.Body {
				e.line = line
				e.meet(line.Words())
			}
			e.complete(statement)
		})
	}
}

var scenarioCombinations = []overlap.CombinationRule{
	{Key: "red_line_in_core", TitleZH: "红线内核心保护区", All: []string{"red-line", "protected-area:核心保护区"}},
	{Key: "red_line_outside_core", TitleZH: "红线内核心保护区以外", All: []string{"red-line"}, Except: []string{"protected-area:核心保护区"}},
}

// expectation holds an answer against the lines of a check.
type expectation struct {
	*testing.T
	stage   *scenario.Stage
	line    scenario.Line
	report  *overlap.Report
	err     error
	refused bool // and rightly so

	features  map[geodata.LayerKey][]string // named in the file
	townships []string
	together  []string
}

func (e *expectation) failf(format string, args ...any) {
	e.Helper()
	e.Errorf("%s: %s", e.stage.At(e.line.Number), fmt.Sprintf(format, args...))
}

// question reads the site and what it is checked against.
func (e *expectation) question(statement scenario.Statement, srid int) (overlap.Site, []geodata.VersionRef) {
	e.Helper()
	site, against := overlap.Site{Name: statement.Argument, SRID: srid}, []geodata.VersionRef(nil)
	for _, line := range statement.Body {
		e.line = line
		verb, rest, _ := strings.Cut(line.Text, " ")
		switch verb {
		case "site":
			polygons, err := scenario.Polygons(e.delivered(rest, srid))
			if err != nil {
				e.Fatal(err)
			}
			site.Geometry = polygons
		case "corridor", "circle":
			width, shape, _ := strings.Cut(strings.TrimSpace(rest), " ")
			site.Buffer = e.number(width)
			switch g := e.delivered(shape, srid).(type) {
			case orb.LineString:
				site.Axis = orb.MultiLineString{g}
			case orb.Point:
				site.Centres = orb.MultiPoint{g}
			default:
				e.Fatalf("%s: a %s has no width", e.stage.At(line.Number), g.GeoJSONType())
			}
		case "against":
			for _, text := range strings.Fields(rest) {
				ref, err := geodata.ParseVersionRef(text)
				if err != nil {
					e.Fatal(err)
				}
				against = append(against, ref)
			}
		}
	}
	return site, against
}

func (e *expectation) delivered(shape string, srid int) orb.Geometry {
	e.Helper()
	g, err := e.stage.Shape(shape)
	if err != nil {
		e.Fatalf("%s: %v", e.stage.At(e.line.Number), err)
	}
	return e.stage.Deliver(e.T, g, srid)
}

func (e *expectation) number(text string) float64 {
	e.Helper()
	n, err := strconv.ParseFloat(strings.TrimSuffix(text, "%"), 64)
	if err != nil {
		e.Fatalf("%s: %q is no number", e.stage.At(e.line.Number), text)
	}
	return n
}

// area holds an area against the one that words from a place on give.
func (e *expectation) area(what string, got geodata.Area, words []string) {
	e.Helper()
	want, err := e.stage.Area(strings.Join(words, " "))
	if err != nil {
		e.Fatalf("%s: %v", e.stage.At(e.line.Number), err)
	}
	e.within(what, float64(got), want, agreement)
}

func (e *expectation) within(what string, got, want, tolerance float64) {
	e.Helper()
	if !(math.Abs(got-want) <= tolerance) {
		e.failf("%s is %.4f, want %.4f", what, got, want)
	}
}

// meet holds the answer against one line.
func (e *expectation) meet(words []string) {
	e.Helper()
	switch words[0] {
	case "site", "corridor", "circle", "against":
		return
	case "refused":
		refusal := geodata.AsError(e.err)
		if e.refused = e.err != nil; !e.refused || refusal.Code != words[1] || refusal.ZH == "" || refusal.EN == "" {
			e.failf("want the refusal %s, got %v", words[1], e.err)
		}
		return
	}
	if e.err != nil {
		e.Fatalf("%s: %v", e.stage.At(e.line.Number), e.err)
	}
	switch words[0] {
	case "area":
		e.area("the site", e.report.Site.Area, words[1:])
	case "outside":
		e.area("outside the county", e.report.Outside, words[1:])
	case "twice":
		e.area("covered twice", e.report.MultiplyCovered, words[1:])
	case "outcome":
		if e.report.Verdict.Outcome != rule.Outcome(words[1]) {
			e.failf("the outcome is %s", e.report.Verdict.Outcome)
		}
	case "township":
		e.township(words[1:])
	case "together":
		e.combination(words[1:])
	case "share":
		e.share(words[1:])
	case "slivers":
		e.slivers(layer(e.T, e.report, geodata.LayerKey(words[1])), words[2:])
	case "length":
		e.within("the axis", e.report.Site.Length, e.number(words[1]), 1e-6)
	case "crossing":
		e.crossing(words[1:])
	default:
		e.layer(layer(e.T, e.report, geodata.LayerKey(words[0])), words[1:])
	}
}

func (e *expectation) layer(l overlap.LayerOverlap, words []string) {
	e.Helper()
	status := map[string]overlap.Status{"concerned": overlap.Concerned, "sliver": overlap.Concerned, "clear": overlap.NotConcerned, "not": overlap.NotChecked}
	want, isStatus := status[words[0]]
	switch {
	case !isStatus:
		e.feature(l, words)
		return
	case l.Status != want || l.SliverOnly != (words[0] == "sliver"):
		e.failf("%s is %s (slivers only: %v; %.4f m²; %s)", l.Layer, l.Status, l.SliverOnly, float64(l.Overlap), l.Reason)
	case want == overlap.Concerned:
		e.area(string(l.Layer), l.Overlap, words[1:])
	case want == overlap.NotChecked && l.Reason == "":
		e.failf("%s is not checked, without a reason", l.Layer)
	case want == overlap.NotConcerned && len(l.Features) > 0:
		e.failf("%s is clear, yet names %+v", l.Layer, l.Features)
	case want == overlap.NotConcerned && len(words) > 1:
		if l.Distance == nil {
			e.failf("%s has no distance", l.Layer)
			return
		}
		e.within("distance to "+string(l.Layer), *l.Distance, e.number(words[1]), 0.001)
	}
}

func (e *expectation) feature(l overlap.LayerOverlap, words []string) {
	e.Helper()
	if e.features == nil {
		e.features = map[geodata.LayerKey][]string{}
	}
	e.features[l.Layer] = append(e.features[l.Layer], words[0])
	e.area(string(l.Layer)+" "+words[0], e.find(l, words[0]).Overlap, words[1:])
}

// find is a feature's part in a layer's answer.
func (e *expectation) find(l overlap.LayerOverlap, code string) overlap.FeatureOverlap {
	e.Helper()
	for _, f := range l.Features {
		if f.Code == code {
			return f
		}
	}
	e.failf("%s names no %s", l.Layer, code)
	return overlap.FeatureOverlap{}
}

// share holds a percentage to its second decimal, as it is printed.
func (e *expectation) share(words []string) {
	e.Helper()
	l := layer(e.T, e.report, geodata.LayerKey(words[0]))
	got := l.ShareOfSite
	if len(words) > 2 {
		got = e.find(l, words[1]).ShareOfFeature
	}
	if printed := fmt.Sprintf("%.2f", 100*got); printed != strings.TrimSuffix(words[len(words)-1], "%") {
		e.failf("the share is %s %%", printed)
	}
}

func (e *expectation) slivers(l overlap.LayerOverlap, words []string) {
	e.Helper()
	if len(words) > 1 && featureCode.MatchString(words[0]) {
		e.area("slivers of "+words[0], e.find(l, words[0]).Sliver, words[1:])
		return
	}
	e.area("slivers of "+string(l.Layer), l.Sliver, words)
}

// featureCode is how scenarios name features: R1.
var featureCode = regexp.MustCompile(`^[A-Z][0-9]+$`)

func (e *expectation) township(words []string) {
	e.Helper()
	i := slices.IndexFunc(e.report.Townships, func(p overlap.TownshipPart) bool { return p.Code == words[0] })
	if i < 0 {
		e.failf("the answer knows no part in %s: %+v", words[0], e.report.Townships)
		return
	}
	part := e.report.Townships[i]
	if key, err := geodata.ParseLayerKey(words[1]); err == nil {
		e.area(string(key)+" in "+words[0], part.Overlap[key], words[2:])
		return
	}
	e.townships = append(e.townships, words[0])
	e.area("in "+words[0], part.Site, words[1:])
}

func (e *expectation) combination(words []string) {
	e.Helper()
	e.together = append(e.together, words[0])
	for _, c := range e.report.Combinations {
		if c.Key == words[0] {
			e.area(c.Key, c.Area, words[1:])
			return
		}
	}
	e.failf("no combination %s in %+v", words[0], e.report.Combinations)
}

// crossing holds one stretch of a corridor: LAYER CODE METRES from X Y to X Y.
func (e *expectation) crossing(words []string) {
	e.Helper()
	f := e.find(layer(e.T, e.report, geodata.LayerKey(words[0])), words[1])
	place := func(x, y string) orb.Point {
		g, err := e.stage.Shape("POINT(" + x + " " + y + ")")
		if err != nil {
			e.Fatal(err)
		}
		return g.(orb.Point)
	}
	entry, exit := place(words[4], words[5]), place(words[7], words[8])
	// PROJ leaves the measuring plane to a millimetre.
	near := func(a orb.Point, lonLat orb.Point) bool {
		b := surveyrule.Project(lonLat, 111)
		return math.Hypot(a[0]-b[0], a[1]-b[1]) < 0.003
	}
	for _, c := range f.Crossings {
		if near(entry, c.Entry) && near(exit, c.Exit) {
			e.within("crossing", c.Length, e.number(words[2]), 0.001)
			return
		}
	}
	e.failf("no such stretch in %+v", f.Crossings)
}

// complete holds the answer to naming nothing that the file does not, where the
// file names any, and to adding up.
func (e *expectation) complete(statement scenario.Statement) {
	e.Helper()
	e.line = scenario.Line{Number: statement.Line}
	if e.err != nil {
		if !e.refused {
			e.failf("%v", e.err)
		}
		return
	}
	for key, want := range e.features {
		var got []string
		for _, f := range layer(e.T, e.report, key).Features {
			got = append(got, f.Code)
		}
		e.same(string(key), got, want)
	}
	if e.townships != nil {
		var got []string
		parts := -e.report.MultiplyCovered + e.report.Outside
		for _, p := range e.report.Townships {
			got, parts = append(got, p.Code), parts+p.Site
		}
		e.same("townships", got, e.townships)
		e.within("the townships' sum", float64(parts), float64(e.report.Site.Area), 0.001)
	}
	if e.together != nil {
		var got []string
		for _, c := range e.report.Combinations {
			got = append(got, c.Key)
		}
		e.same("combinations", got, e.together)
	}
}

func (e *expectation) same(what string, got, want []string) {
	e.Helper()
	slices.Sort(got)
	want = slices.Sorted(slices.Values(want))
	if !slices.Equal(got, slices.Compact(want)) {
		e.failf("%s: the answer names %v, the file %v", what, got, want)
	}
}
