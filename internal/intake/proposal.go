package intake

import "hongxian/geodata"

// Proposal (导入建议) is what a file is taken for before it is imported, and why.
// Nothing is stored; whoever imports confirms or says otherwise.
type Proposal struct {
	Name   string   // of the file
	Part   string   // the layer within it that is described; empty: it has one, or none was told
	Parts  []string // layers within it, where it has several
	SRID   int      // 0: not known before a part is named
	Notes  []Finding
	Read   int // records looked at
	Layers []LayerGuess
	// Layer is the layer that the fields are proposed for; empty: none was recognised.
	Layer               geodata.LayerKey
	Code, Called, Class FieldGuess
	AreaField           string       // attribute that states an area; empty: none
	AreaUnit            geodata.Unit // its unit
	Columns             []Column
}

// LayerGuess is a layer that the file may be.
type LayerGuess struct {
	Layer    geodata.LayerKey
	Title    string
	Part     string // which part of the file, where it has several
	Evidence []Reason
}

// Reason says why, in Chinese and English.
type Reason struct{ ZH, EN string }

// FieldGuess is the attribute that a meaning is read from.
type FieldGuess struct {
	Field      string // empty: none
	Confirm    bool   // recognised by a common name only
	Reason     Reason
	Candidates []string
}

// Column (字段) is an attribute of the file.
type Column struct {
	Name     string
	Filled   int // records, of those looked at, that have a value
	Numeric  bool
	Examples []string // at most three
}
