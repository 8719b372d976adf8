package coverage

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
)

// identity is the SHA-256 of everything an answer depends on, and nothing else.
func (w *work) identity(program, libraries string) string {
	b, err := json.Marshal(struct {
		Kind, County       string
		Versions           []VersionUsed
		Divided            bool
		Tolerance          Tolerance
		Program, Libraries string
	}{"overlaps", w.county.Code, w.used(), w.township != nil, w.tolerance, program, libraries})
	if err != nil {
		panic(err) // strings and finite numbers always marshal
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// used names the versions the answer is computed from, the townships' last.
func (w *work) used() []VersionUsed {
	var out []VersionUsed
	for _, v := range w.versions {
		out = append(out, VersionUsed{Ref: v.ref(w.county.Code), Digest: v.Digest, Schematic: v.Schematic})
	}
	if w.township != nil {
		out = append(out, VersionUsed{Ref: w.township.Ref().String(), Digest: w.township.Digest, Schematic: w.township.Schematic})
	}
	return out
}
