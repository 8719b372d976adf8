package rule

import (
	"errors"
	"fmt"
	"reflect"
	"sync"

	"github.com/google/cel-go/cel"
	"github.com/google/cel-go/checker"
	celast "github.com/google/cel-go/common/ast"
	"github.com/google/cel-go/common/operators"
	"github.com/google/cel-go/common/types"
	"github.com/google/cel-go/common/types/ref"
	"github.com/google/cel-go/common/types/traits"
	"github.com/google/cel-go/ext"

	"hongxian/geodata"
)

const (
	longestExpression = 2000    // code points
	deepestExpression = 32      // levels of nesting
	dearestEvaluation = 200_000 // CEL cost units, some thousand features looked at
)

// layerView is a layer as expressions see it.
type layerView struct {
	Status     string         `cel:"status"`
	Concerned  bool           `cel:"concerned"`
	OverlapM2  float64        `cel:"overlap_m2"`
	SliverOnly bool           `cel:"sliver_only"`
	Features   []FeatureFacts `cel:"features"`
}

// environment declares what expressions may speak of. It is the same for all files.
var environment = sync.OnceValues(func() (*cel.Env, error) {
	return cel.NewEnv(
		ext.NativeTypes(reflect.TypeFor[SiteFacts](), reflect.TypeFor[layerView](), reflect.TypeFor[FeatureFacts](), ext.ParseStructTags(true)),
		cel.Variable("site", cel.ObjectType("rule.SiteFacts")),
		cel.Variable("layers", cel.MapType(cel.StringType, cel.ObjectType("rule.layerView"))),
		cel.Variable("combinations", cel.MapType(cel.StringType, cel.DoubleType)),
		cel.Variable("choices", cel.MapType(cel.StringType, cel.StringType)),
		cel.Variable("schematic", cel.BoolType),
		cel.ParserExpressionSizeLimit(longestExpression),
		cel.ParserRecursionLimit(deepestExpression),
	)
})

// expression is a compiled CEL expression and what it looks up by a literal key.
type expression struct {
	program                       cel.Program
	layers, combinations, choices []string
}

// wanted is the type of value an expression is asked for.
type wanted = *cel.Type

var (
	aBool     = cel.BoolType
	aString   = cel.StringType
	anArea    = cel.DoubleType
	aFeatures = cel.ListType(cel.ObjectType("rule.FeatureFacts"))
)

// compile checks an expression against the declarations and the wanted type.
func compile(text string, want wanted) (*expression, error) {
	env, err := environment()
	if err != nil {
		return nil, fmt.Errorf("declare facts to CEL: %w", err)
	}
	ast, issues := env.Compile(text)
	if issues.Err() != nil {
		return nil, issues.Err()
	}
	if !ast.OutputType().IsExactType(want) {
		return nil, fmt.Errorf("it gives %s, not %s", ast.OutputType(), want)
	}
	options := []cel.ProgramOption{cel.EvalOptions(cel.OptOptimize | cel.OptPartialEval)}
	if cost, err := env.EstimateCost(ast, anySize{}); err != nil || cost.Max > dearestEvaluation {
		options = append(options, cel.CostLimit(dearestEvaluation)) // counting doubles the time
	}
	program, err := env.Program(ast, options...)
	if err != nil {
		return nil, err
	}
	e := &expression{program: program}
	celast.PostOrderVisit(ast.NativeRep().Expr(), celast.NewExprVisitor(e.note))
	return e, nil
}

// anySize says that texts and lists may be of any size: what looks through one has
// no bound.
type anySize struct{}

func (anySize) EstimateSize(checker.AstNode) *checker.SizeEstimate { return nil }

func (anySize) EstimateCallCost(_, _ string, _ *checker.AstNode, _ []checker.AstNode) *checker.CallEstimate {
	return nil
}

// note remembers a look-up such as layers["red-line"].
func (e *expression) note(x celast.Expr) {
	var operand celast.Expr
	var key string
	switch x.Kind() {
	case celast.SelectKind:
		operand, key = x.AsSelect().Operand(), x.AsSelect().FieldName()
	case celast.CallKind:
		args := x.AsCall().Args()
		if x.AsCall().FunctionName() != operators.Index || args[1].Kind() != celast.LiteralKind {
			return
		}
		operand, key = args[0], fmt.Sprint(args[1].AsLiteral().Value())
	default:
		return
	}
	if operand.Kind() != celast.IdentKind {
		return
	}
	switch operand.AsIdent() {
	case "layers":
		e.layers = append(e.layers, key)
	case "combinations":
		e.combinations = append(e.combinations, key)
	case "choices":
		e.choices = append(e.choices, key)
	}
}

// errUndetermined says that the value depends on something that is not known.
var errUndetermined = errors.New("depends on what was not checked")

// value evaluates the expression. The error is errUndetermined where the value
// depends on a layer or a combination that is not known.
func (e *expression) value(known any) (ref.Val, error) {
	v, _, err := e.program.Eval(known)
	switch {
	case err != nil:
		return nil, err
	case types.IsUnknown(v):
		return nil, errUndetermined
	}
	return v, nil
}

// truth evaluates a condition; none at all is true.
func (e *expression) truth(known any) (bool, error) {
	if e == nil {
		return true, nil
	}
	v, err := e.value(known)
	if err != nil {
		return false, err
	}
	return v == types.True, nil
}

// area evaluates an area in m².
func (e *expression) area(known any) (float64, error) {
	v, err := e.value(known)
	if err != nil {
		return 0, err
	}
	area, ok := v.Value().(float64)
	if !ok || !(area >= 0) || !geodata.Area(area).Valid() {
		return 0, fmt.Errorf("%v is no area", v.Value())
	}
	return area, nil
}

// outcome evaluates one of the four outcomes.
func (e *expression) outcome(known any) (Outcome, error) {
	v, err := e.value(known)
	if err != nil {
		return "", err
	}
	text, _ := v.Value().(string)
	if _, ok := severity[Outcome(text)]; !ok {
		return "", fmt.Errorf("%.40q is no outcome", text)
	}
	return Outcome(text), nil
}

// features evaluates a list of features, in order.
func (e *expression) features(known any) ([]FeatureFacts, error) {
	v, err := e.value(known)
	if err != nil {
		return nil, err
	}
	list, ok := v.(traits.Lister)
	if !ok {
		return nil, fmt.Errorf("%s is no list", v.Type().TypeName())
	}
	var features []FeatureFacts
	for i := list.Iterator(); i.HasNext() == types.True; {
		switch f := i.Next().Value().(type) {
		case FeatureFacts:
			features = append(features, f)
		case *FeatureFacts:
			features = append(features, *f)
		default:
			return nil, fmt.Errorf("%T is no feature", f)
		}
	}
	return features, nil
}

// activation gives the facts to expressions; what is not known is marked so.
func (s *Set) activation(f *Facts) (any, error) {
	layers := make(map[string]*layerView, len(f.Layers))
	for key, l := range f.Layers {
		layers[string(key)] = &layerView{Status: l.Status, Concerned: l.Status == Concerned,
			OverlapM2: l.OverlapM2, SliverOnly: l.SliverOnly, Features: l.Features}
	}
	choices := make(map[string]string, len(s.questions))
	for key, q := range s.questions {
		choices[key] = q.accepted(f.Choices[key])
	}
	known := map[string]any{"site": f.Site, "layers": layers, "combinations": f.Combinations,
		"choices": choices, "schematic": f.Schematic}
	if f.Combinations == nil {
		known["combinations"] = map[string]float64{}
	}
	unknown := s.unknown(f)
	if len(unknown) == 0 {
		return cel.NewActivation(known)
	}
	return cel.PartialVars(known, unknown...)
}

// unknown lists what no expression may take for a fact.
func (s *Set) unknown(f *Facts) []*cel.AttributePatternType {
	var patterns []*cel.AttributePatternType
	for _, key := range f.unchecked() {
		patterns = append(patterns, cel.AttributePattern("layers").QualString(string(key)))
	}
	for _, key := range s.layers {
		if _, asked := f.Layers[geodata.LayerKey(key)]; !asked {
			patterns = append(patterns, cel.AttributePattern("layers").QualString(key))
		}
	}
	for _, key := range s.combinations {
		if !f.known(key) {
			patterns = append(patterns, cel.AttributePattern("combinations").QualString(key))
		}
	}
	return patterns
}
