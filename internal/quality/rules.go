package quality

import "regexp"

// Rules (质检规则) are what a county's profile says of a layer.
type Rules struct {
	SliverM2, SliverM float64
	AreaShare, AreaM2 float64 // how far an attribute's area may be off: both must be exceeded
	// Blocking says above what findings stop publication: m² of ground for overlaps,
	// gaps and ground outside, a count for the others. What is not named never does.
	Blocking map[Kind]float64
	// Code is how the layer's codes are written; its groups county and class, if it
	// has them, are the county's code and the class's. nil: not known.
	Code    *regexp.Regexp
	County  string
	Classes map[string]string // class code → name
	Known   []string          // names of classes; none: any will do
	Places  []Named           // what the features should be, one each; none: anything
	// Areas are attributes that carry an area, best first.
	Areas []AreaField
}

// Named (乡镇) is a township and the names it goes by.
type Named struct {
	Code, Name string
	Aliases    []string
}

// AreaField (面积字段) is an attribute with an area.
type AreaField struct {
	Name string
	M2   float64 // what its unit is in m²
}
