package overlap

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
)

// identity is the SHA-256 of everything a report depends on, and nothing else:
// not who asked nor when. Same inputs, same id.
func identity(r *Report, layers []consulted, township consulted, program, libraries string) string {
	type version struct{ Layer, Ref, Digest string }
	inputs := struct {
		County, Site, Name string
		SRID               int
		Findings           []string
		Layers             []version
		Township           version
		Tolerance          Tolerance
		Program, Libraries string
	}{
		County: r.CountyCode, Site: r.Site.Digest, Name: r.Site.Name, SRID: r.Site.SRID,
		Findings: r.Site.Findings, Tolerance: r.Tolerance, Program: program, Libraries: libraries,
		Township: version{string(township.Key), township.ref(r.CountyCode), township.Digest},
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
