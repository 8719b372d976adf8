package rule

// Outcome (结论) is what follows from a check.
type Outcome string

// The outcomes, from best to worst: what several rules say together is the worst
// of them. Review is worse than conditional, because nobody knows yet.
const (
	Clear       Outcome = "clear"       // 无冲突
	Conditional Outcome = "conditional" // 有条件: allowed when what the rule asks for is there
	Review      Outcome = "review"      // 需人工研判: not checked, not answered, or not evaluable
	Prohibited  Outcome = "prohibited"  // 禁止
)

var severity = map[Outcome]int{Clear: 0, Conditional: 1, Review: 2, Prohibited: 3}

// Worse is the worse of two outcomes.
func Worse(a, b Outcome) Outcome {
	if severity[b] > severity[a] {
		return b
	}
	return a
}

// Finding (规则结论) is one rule that applies to a check, and what follows.
type Finding struct {
	ID       string // stable: red-line-core
	Layer    string // the layer key it is about; empty for the site as a whole
	Outcome  Outcome
	Basis    string // the document it rests on: 自然资发〔2022〕142号
	Verified bool   // its text was read at the source; otherwise it is printed as 待核
	Text     string // what the document asks for, Chinese
	Question *Question
	// Unit is the code of the unit that Requirements are of, what its access list
	// asks, level by level and group by group; both empty where the rule has none.
	Unit         string
	Requirements []Requirement
}

// Question (待定事项) is what a person must decide; the software never infers it.
type Question struct {
	Key     string // of the person's choice: red_line_case
	Ask     string // Chinese
	Options []Option
	Answer  string // the person's choice, an option's value; empty while open
}

// Option is one answer a person may choose.
type Option struct {
	Value, Label string
	Verified     bool // the label's text was read at the source
}
