package rule

// file is a rule file as written; the one that comes with the program shows how.
type file struct {
	Title       string         `yaml:"title"`
	AccessLists []writtenList  `yaml:"access_lists"`
	Rules       []writtenRule  `yaml:"rules"`
	Examples    []wholeExample `yaml:"examples"` // of all rules together
}

// writtenList is an access list (准入清单): what every level of government asks of
// a unit, group by group. What is not known is left out, and printed as 待录入.
type writtenList struct {
	ID      string         `yaml:"id"`
	Title   string         `yaml:"title"`
	Levels  []string       `yaml:"levels"` // in the order they stack; the last is the units' own
	Groups  []string       `yaml:"groups"` // in the order they are printed
	Entries []writtenEntry `yaml:"entries"`
}

// writtenEntry is one requirement of an access list.
type writtenEntry struct {
	Level    string `yaml:"level"`
	Group    string `yaml:"group"`
	Class    string `yaml:"class"` // of the units it is for; empty: all units
	Unit     string `yaml:"unit"`  // code of the unit it is for, at the last level
	Text     string `yaml:"text"`
	Basis    string `yaml:"basis"`    // document number and title
	Verified *bool  `yaml:"verified"` // the text was read at the source
	Source   string `yaml:"source"`   // where it was read, or why it counts as unread
}

// writtenRule is one rule of a file.
type writtenRule struct {
	ID    string `yaml:"id"`
	Layer string `yaml:"layer"` // the layer it is about; empty: the site as a whole
	// Note marks a remark: it is always clear, and does not count as a rule that
	// speaks of its layer.
	Note bool   `yaml:"note"`
	When string `yaml:"when"` // CEL → bool; left out: always
	// Each is CEL → list of features: the rule applies to each group of them,
	// with a finding and a question of its own. By says what makes a group.
	Each        string          `yaml:"each"`
	By          string          `yaml:"by"`           // name (default) or code
	List        string          `yaml:"list"`         // id of the access list printed for each unit; goes with by: code
	Area        string          `yaml:"area"`         // CEL → m², what {ha} prints; left out: the layer's or the group's overlap
	Outcome     Outcome         `yaml:"outcome"`      // fixed
	OutcomeExpr string          `yaml:"outcome_expr"` // CEL → string, instead of a fixed one
	Basis       string          `yaml:"basis"`        // document number and title
	Verified    *bool           `yaml:"verified"`     // the text was read at the source, or quotes none
	Source      string          `yaml:"source"`       // where it was read, or why it counts as unread
	Text        string          `yaml:"text"`
	Question    *writtenQuery   `yaml:"question"`
	Sentence    string          `yaml:"sentence"` // for approval documents, printed when the rule applies
	Examples    []singleExample `yaml:"examples"`
}

// writtenQuery is the question of a rule.
type writtenQuery struct {
	Key        string          `yaml:"key"`
	Ask        string          `yaml:"ask"`
	Unanswered Outcome         `yaml:"unanswered"` // review (default), conditional or prohibited
	Options    []writtenOption `yaml:"options"`    // none: any short text answers
}

// writtenOption is one answer.
type writtenOption struct {
	Value    string  `yaml:"value"`
	Label    string  `yaml:"label"`
	Verified *bool   `yaml:"verified"`
	When     string  `yaml:"when"`    // CEL → bool: whether it can be chosen; left out: always
	Outcome  Outcome `yaml:"outcome"` // left out: the rule's
	Sentence string  `yaml:"sentence"`
}

// singleExample shows what one rule does.
type singleExample struct {
	Name    string            `yaml:"name"`
	Facts   exampleFacts      `yaml:"facts"`
	Choices map[string]string `yaml:"choices"`
	Expect  struct {
		Applies   *bool    `yaml:"applies"`
		Outcome   Outcome  `yaml:"outcome"`
		Sentences []string `yaml:"sentences"`
		// Of the access list, all units together: how many requirements are
		// printed, and how many of them are 待录入. Left out: not compared.
		Requirements *int `yaml:"requirements"`
		NotEntered   *int `yaml:"not_entered"`
	} `yaml:"expect"`
}

// wholeExample shows what all rules together do.
type wholeExample struct {
	Name    string            `yaml:"name"`
	Facts   exampleFacts      `yaml:"facts"`
	Choices map[string]string `yaml:"choices"`
	Expect  struct {
		Applies   []string `yaml:"applies"` // ids of all findings, any order
		Outcome   Outcome  `yaml:"outcome"`
		Sentences []string `yaml:"sentences"`
	} `yaml:"expect"`
}

// exampleFacts are what differs from a calm site: one hectare within the county
// that concerns none of the layers the file speaks of.
type exampleFacts struct {
	Site         *SiteFacts            `yaml:"site"`
	Layers       map[string]LayerFacts `yaml:"layers"`
	Combinations map[string]float64    `yaml:"combinations"`
	Schematic    bool                  `yaml:"schematic"`
}
