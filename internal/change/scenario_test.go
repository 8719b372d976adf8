package change_test

import (
	"context"
	"fmt"
	"iter"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"hongxian/geodata"
	"hongxian/internal/change"
	"hongxian/internal/intake"
	"hongxian/internal/pgtest/holding"
	"hongxian/internal/pgtest/scenario"
)

// The scenarios of this package have two statements more.
//
//	approved REF       puts a version in force with approvals: features as in layer,
//	                   and lines "approval KIND NUMBER SHAPE"
//	change FROM TO     compares; the body is the whole answer: every piece and fate
//	                   must be named, and what is not said to happen must not
func TestScenarios(t *testing.T) {
	scenario.Run(t, "testdata/*.scenario", map[string]scenario.Verb{"change": changeScenario, "approved": approvedScenario})
}

var shapeStarts = regexp.MustCompile(`[A-Z]+\s*\(`)

func approvedScenario(t *testing.T, s *scenario.Stage, statement scenario.Statement) {
	ref, err := geodata.ParseVersionRef(statement.Argument)
	if err != nil {
		t.Fatal(err)
	}
	var features, approvals []geodata.Feature
	for i, line := range statement.Body {
		at := shapeStarts.FindStringIndex(line.Text)
		words := strings.Fields(line.Text[:at[0]])
		shape, err := s.Shape(line.Text[at[0]:])
		if err != nil {
			t.Fatalf("%s: %v", s.At(line.Number), err)
		}
		f := geodata.Feature{Record: i + 1, Code: words[0], Geometry: shape}
		if words[0] == "approval" {
			f.Attributes = map[string]any{"WHLX": words[1], "批准文号": words[2], "批准日期": "2022-03-10"}
			approvals = append(approvals, f)
			continue
		}
		f.Name = words[0]
		features = append(features, f)
	}
	each := func(fs []geodata.Feature) iter.Seq2[geodata.Feature, error] {
		return func(yield func(geodata.Feature, error) bool) {
			for _, f := range fs {
				if !yield(f, nil) {
					return
				}
			}
		}
	}
	r, err := (&intake.Loader{DB: s.DB}).Load(context.Background(), intake.Request{Ref: ref,
		Delivery:  geodata.Delivery{Name: "x", SRID: scenario.Plane, Features: each(features)},
		Approvals: &geodata.Delivery{Name: "y", SRID: scenario.Plane, Features: each(approvals)}})
	if err != nil || r.Approvals != len(approvals) {
		t.Fatalf("%s: %v, %+v", s.At(statement.Line), err, r)
	}
	holding.Publish(t, s.DB, statement.Argument)
}

// scenarioRules are what the scenarios compare by: the defaults, and one restriction.
var scenarioRules = change.Rules{Restricted: []change.RestrictedTransition{
	{Layer: geodata.ControlUnit, From: "优先保护单元", Title: "优先保护单元转为其他单元", Source: "规划"}}}

// areaTolerance is what areas of shapes cut at different points may differ by, m²: a
// line of 400 m bows by 0.06 mm between points 70 m apart.
const areaTolerance = 0.05

// answer is what a statement expects, and what it leaves to be found.
type expected struct {
	*testing.T
	*change.Report
	stage  *scenario.Stage
	line   scenario.Line
	pieces []change.Piece
	fates  []string
	said   map[string]bool
}

func changeScenario(t *testing.T, s *scenario.Stage, statement scenario.Statement) {
	from, to, _ := strings.Cut(statement.Argument, " ")
	r, err := (&change.Comparer{DB: s.DB, Rules: scenarioRules}).Compare(context.Background(), request(t, from, strings.TrimSpace(to)))
	if err != nil {
		t.Fatalf("%s: %v", s.At(statement.Line), err)
	}
	e := &expected{T: t, Report: r, stage: s, pieces: r.Pieces, said: map[string]bool{}}
	for _, f := range r.Features {
		e.fates = append(e.fates, fateOf(f))
	}
	for _, line := range statement.Body {
		e.line = line
		e.expect(line.Words()[0], strings.TrimSpace(strings.TrimPrefix(line.Text, line.Words()[0])))
	}
	e.rest(statement)
}

func fateOf(f change.FeatureChange) string {
	codes := func(fs []change.FeatureState) string {
		var out []string
		for _, f := range fs {
			if f.Code == "" {
				f.Code = "-"
			}
			out = append(out, f.Code)
		}
		return strings.Join(out, " ")
	}
	text := strings.Join(strings.Fields(fmt.Sprintf("%s %s > %s", f.Fate, codes(f.Before), codes(f.After))), " ")
	if f.CodeReused {
		text += " reused"
	}
	return text
}

func (e *expected) wrong(format string, args ...any) {
	e.Helper()
	e.Errorf("%s: "+format, append([]any{e.stage.At(e.line.Number)}, args...)...)
}

// area reads an expected area, with its tolerance behind +- where it has its own.
func (e *expected) area(text string) (want, tolerance float64) {
	text, own, has := strings.Cut(text, "+-")
	tolerance = areaTolerance
	if has {
		tolerance, _ = strconv.ParseFloat(strings.TrimSpace(own), 64)
	}
	want, err := e.stage.Area(strings.TrimSpace(text))
	if err != nil {
		e.Fatalf("%s: %v", e.stage.At(e.line.Number), err)
	}
	return want, tolerance
}

func (e *expected) same(what string, got geodata.Area, text string) {
	e.Helper()
	if want, tolerance := e.area(text); math.Abs(float64(got)-want) > tolerance {
		e.wrong("%s is %.4f m², want %.4f", what, float64(got), want)
	}
}

func (e *expected) expect(word, rest string) {
	e.Helper()
	e.said[word] = true
	switch word {
	case "gained":
		e.same("gained", e.Whole.Gained, rest)
	case "lost":
		e.same("lost", e.Whole.Lost, rest)
	case "noise":
		e.same("noise", e.Whole.NoiseGained+e.Whole.NoiseLost, rest)
	case "unapproved":
		e.same("lost without approval", e.Verdict.LostWithoutApproval, rest)
	case "restricted":
		e.same("restricted", e.Verdict.Restricted, rest)
	case "outside":
		e.same("gained outside", e.Outside.Gained, rest)
	case "kept":
		if strconv.Itoa(e.Kept) != rest {
			e.wrong("%d features were kept, want %s", e.Kept, rest)
		}
	case "township":
		e.township(rest)
	case "piece":
		e.piece(rest)
	case "fate":
		i := slices.Index(e.fates, strings.Join(strings.Fields(rest), " "))
		if i < 0 {
			e.wrong("no feature was %q; left are %q", rest, e.fates)
			return
		}
		e.fates = slices.Delete(slices.Clone(e.fates), i, i+1)
	case "swapped", "decreased":
	default:
		e.wrong("there is no %q", word)
	}
}

func (e *expected) township(rest string) {
	words := strings.Fields(rest)
	for _, t := range e.Townships {
		if t.Code == words[0] {
			e.same(t.Code+" gained", t.Gained, strings.Join(words[2:], " "))
			return
		}
	}
	e.wrong("no township %s", words[0])
}

var pieceKinds = map[string]change.PieceKind{"gained": change.Gained, "lost": change.Lost, "reclassified": change.Reclassified}

// piece finds the piece that a line describes and takes it off the list.
func (e *expected) piece(rest string) {
	rest, restricted := strings.CutSuffix(rest, " restricted")
	rest, unapproved, hasUnapproved := strings.Cut(rest, " unapproved ")
	kind, text, _ := strings.Cut(rest, " ")
	want, tolerance := e.area(text)
	for i, p := range e.pieces {
		if p.Kind != pieceKinds[kind] || math.Abs(float64(p.Area)-want) > tolerance {
			continue
		}
		if hasUnapproved {
			e.same("unapproved", p.Unapproved, unapproved)
		}
		if (p.Restricted != nil) != restricted {
			e.wrong("restricted: %+v", p.Restricted)
		}
		if math.Abs(float64(p.Approved+p.Unapproved-p.Area)) > 1e-6 {
			e.wrong("%v approved and %v not do not make %v", p.Approved, p.Unapproved, p.Area)
		}
		e.pieces = slices.Delete(slices.Clone(e.pieces), i, i+1)
		return
	}
	e.wrong("no such piece of %.4f m²; left are %v", want, e.pieces)
}

// rest is what the statement did not say, and so must not be.
func (e *expected) rest(statement scenario.Statement) {
	e.line = scenario.Line{Number: statement.Line}
	for _, p := range e.pieces {
		e.wrong("a piece of kind %d, %.4f m², that nobody expected", p.Kind, float64(p.Area))
	}
	for _, f := range e.fates {
		e.wrong("a feature %q that nobody expected", f)
	}
	if e.Verdict.NotDecreased == e.said["decreased"] {
		e.wrong("not decreased is %v", e.Verdict.NotDecreased)
	}
	if e.Verdict.Swapped != e.said["swapped"] {
		e.wrong("swapped is %v", e.Verdict.Swapped)
	}
	if !e.said["noise"] && e.Whole.NoiseGained+e.Whole.NoiseLost > areaTolerance {
		e.wrong("noise of %v", e.Whole.NoiseGained+e.Whole.NoiseLost)
	}
	if !e.said["restricted"] && e.Verdict.Restricted != 0 {
		e.wrong("restricted %v", e.Verdict.Restricted)
	}
	if !e.said["unapproved"] && math.Abs(float64(e.Verdict.LostWithoutApproval-e.Whole.Lost)) > areaTolerance {
		e.wrong("without approvals, %v of %v lost is unapproved", e.Verdict.LostWithoutApproval, e.Whole.Lost)
	}
}
