package quality

import (
	"context"
	_ "embed"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"

	"hongxian/geodata"
)

//go:embed sql/words.sql
var wordsSQL string

//go:embed sql/fields.sql
var fieldsSQL string

// spoken is what a feature says of itself.
type spoken struct {
	id, record        int
	code, name, class string
	area              geodata.Area
	stated            string // its area, as an attribute has it
}

// examineWords looks at codes, classes, names and areas.
func (w *work) examineWords(ctx context.Context) error {
	field, err := w.areaField(ctx)
	if err != nil {
		return err
	}
	rows, err := w.tx.Query(ctx, wordsSQL, pgx.StrictNamedArgs{"county": w.ref.County, "version": w.version.ID, "field": field.Name})
	if err != nil {
		return err
	}
	l := newListener(w.rules, w.ref, field)
	var s spoken
	if _, err := pgx.ForEachRow(rows, []any{&s.id, &s.record, &s.code, &s.name, &s.class, &s.area, &s.stated}, func() error {
		l.hear(s)
		return nil
	}); err != nil {
		return err
	}
	for _, c := range l.checks() {
		w.add(c)
	}
	w.progress(1)
	return nil
}

// areaField is the attribute that the delivery states areas in, told by its name;
// empty when it has none.
func (w *work) areaField(ctx context.Context) (AreaField, error) {
	rows, err := w.tx.Query(ctx, fieldsSQL, w.key())
	if err != nil {
		return AreaField{}, err
	}
	delivered, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return AreaField{}, err
	}
	for _, known := range w.rules.Areas {
		for _, name := range delivered {
			if strings.EqualFold(name, known.Name) {
				return AreaField{Name: name, M2: known.M2}, nil
			}
		}
	}
	return AreaField{}, nil
}

// listener gathers what features say.
type listener struct {
	rules    Rules
	field    AreaField
	township bool
	found    map[Kind]*Check
	codes    map[string][]int // records by code
	places   map[string]bool  // townships found, by code
	classes  bool             // any feature has a class
}

func newListener(rules Rules, ref geodata.VersionRef, field AreaField) *listener {
	l := &listener{rules: rules, field: field, township: len(rules.Places) > 0, found: map[Kind]*Check{}, codes: map[string][]int{}, places: map[string]bool{}}
	for _, k := range Kinds {
		if !k.HasPlaces() && k != Refused && k != Repaired {
			l.found[k] = &Check{Kind: k}
		}
	}
	return l
}

// note counts a finding; the first are named.
func (l *listener) note(kind Kind, e Example) {
	c := l.found[kind]
	c.Count++
	if len(c.Examples) < maxExamples {
		c.Examples = append(c.Examples, e)
	}
}

func (l *listener) hear(s spoken) {
	about := Example{Records: []int{s.record}, Code: s.code, Name: s.name}
	with := func(text, want string) Example { e := about; e.Text, e.Want = text, want; return e }
	if s.code == "" {
		l.note(CodeMissing, about)
	} else {
		l.codes[s.code] = append(l.codes[s.code], s.record)
		l.hearCode(s, with)
	}
	l.classes = l.classes || s.class != ""
	switch {
	case s.class == "":
		l.note(ClassMissing, about)
	case len(l.rules.Known) > 0 && !slices.Contains(l.rules.Known, s.class):
		l.note(ClassUnknown, with(s.class, strings.Join(l.rules.Known, "、")))
	}
	if l.township {
		l.hearPlace(s, with)
	}
	l.hearArea(s, with)
}

// hearCode looks at how a code is written, and whether its class is the feature's.
func (l *listener) hearCode(s spoken, with func(text, want string) Example) {
	pattern := l.rules.Code
	if pattern == nil {
		return
	}
	m := pattern.FindStringSubmatch(s.code)
	if m == nil {
		l.note(CodeMalformed, with(s.code, pattern.String()))
		return
	}
	if i := pattern.SubexpIndex("county"); i > 0 && m[i] != l.rules.County {
		l.note(CodeMalformed, with(s.code, l.rules.County))
	}
	if i := pattern.SubexpIndex("class"); i > 0 && s.class != "" {
		if want := l.rules.Classes[m[i]]; want != s.class {
			l.note(CodeClass, with(s.class, want))
		}
	}
}

// hearPlace looks a feature up among the townships: by code, else by name.
func (l *listener) hearPlace(s spoken, with func(text, want string) Example) {
	for _, p := range l.rules.Places {
		byCode := s.code == p.Code || s.code == p.Code+"000"
		byName := s.name == p.Name || slices.Contains(p.Aliases, s.name)
		if !byCode && !(byName && s.code == "") {
			continue
		}
		l.places[p.Code] = true
		switch {
		case s.name == p.Name:
		case byName:
			l.note(PlaceAlias, with(s.name, p.Name))
		default:
			l.note(PlaceUnknown, with(s.name, p.Name))
		}
		return
	}
	l.note(PlaceUnknown, with(strings.TrimSpace(s.code+" "+s.name), ""))
}

// hearArea compares the area that an attribute states with the geometry's.
func (l *listener) hearArea(s spoken, with func(text, want string) Example) {
	stated, err := strconv.ParseFloat(strings.TrimSpace(s.stated), 64)
	if l.field.Name == "" || s.stated == "" || err != nil && s.stated == "" {
		return
	}
	m2 := stated * l.field.M2
	off := math.Abs(m2 - float64(s.area))
	if err == nil && (off <= l.rules.AreaM2 || off <= l.rules.AreaShare*math.Max(m2, float64(s.area))) {
		return
	}
	e := with(l.field.Name+"="+s.stated, s.area.In(geodata.SquareMetre, 2)+" m²")
	if err == nil {
		area := geodata.Area(m2 - float64(s.area))
		e.Area = &area
	}
	l.note(AreaAttribute, e)
}

// checks closes the examination of words.
func (l *listener) checks() []Check {
	for _, code := range slices.Sorted(maps.Keys(l.codes)) {
		if records := l.codes[code]; len(records) > 1 {
			l.note(CodeDuplicate, Example{Records: records[:min(len(records), maxExamples)], Code: code})
		}
	}
	for _, p := range l.rules.Places {
		if !l.places[p.Code] {
			l.note(PlaceMissing, Example{Code: p.Code, Name: p.Name})
		}
	}
	var out []Check
	for _, kind := range Kinds {
		if c := l.found[kind]; c != nil {
			if c.Why = l.whyNot(kind); c.Why != "" {
				*c = Check{Kind: kind, Status: NotChecked, Why: c.Why}
			}
			out = append(out, *c)
		}
	}
	return out
}

// whyNot says why words of a kind were not looked at.
func (l *listener) whyNot(kind Kind) string {
	hasClass := l.rules.Code != nil && l.rules.Code.SubexpIndex("class") > 0
	switch {
	case kind == CodeMalformed && l.rules.Code == nil, kind == CodeClass && !hasClass:
		return "no-code-pattern"
	case (kind == ClassMissing || kind == ClassUnknown) && !l.classes:
		return "no-classes"
	case kind == ClassUnknown && len(l.rules.Known) == 0:
		return "no-class-list"
	case (kind == PlaceUnknown || kind == PlaceMissing || kind == PlaceAlias) && !l.township:
		return "not-townships"
	case kind == AreaAttribute && l.field.Name == "":
		return "no-area-attribute"
	}
	return ""
}
