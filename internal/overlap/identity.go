package overlap

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"

	"hongxian/geodata"
)

// identity is the SHA-256 of everything a report depends on, and nothing else:
// not who asked nor when. Same inputs, same id.
func (c *Checker) identity(r *Report, layers []consulted, township consulted, libraries string) string {
	type version struct{ Layer, Ref, Digest string }
	inputs := struct {
		County, Site, Name string
		SRID               int
		Findings           []string
		Layers             []version
		Township           version
		Form               Form
		Buffer             float64
		Tolerance          Tolerance
		Rules              string
		Choices            map[string]string
		Combinations       []CombinationRule
		Pairs              []geodata.LayerKey
		Program, Libraries string
		Limited            bool `json:",omitempty"` // an answer that nobody limited has the identity it always had
	}{Limited: r.Limited,

		County: r.CountyCode, Site: r.Site.Digest, Name: r.Site.Name, SRID: r.Site.SRID,
		Findings: r.Site.Findings, Tolerance: r.Tolerance, Program: c.Program, Libraries: libraries,
		Form: r.Site.Form, Buffer: r.Site.Buffer, Choices: r.Verdict.Choices, Combinations: c.Combinations, Pairs: c.Pairs,
		Township: version{string(township.Key), township.ref(r.CountyCode), township.Digest},
	}
	if c.Rules != nil {
		inputs.Rules = c.Rules.Digest()
	}
	for _, l := range layers {
		inputs.Layers = append(inputs.Layers, version{string(l.Key), l.ref(r.CountyCode), l.Digest})
	}
	b, err := json.Marshal(inputs)
	if err != nil {
		panic(err) // strings and finite numbers always marshal
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}
