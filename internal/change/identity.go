package change

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strings"

	"hongxian/geodata"
)

// identity is the SHA-256 of everything a report depends on, and nothing else: not
// who asked nor when. Same inputs, same id.
func (k *comparison) identity() string {
	type version struct{ Ref, Digest, Basis string }
	of := func(v geodata.Version) version { return version{v.Ref().String(), v.Digest, v.Basis} }
	inputs := struct {
		Kind               string
		From, To, Township version
		Approvals          string
		Rules              Rules
		Program, Libraries string
		Function           []Indicator
		Holdings           []string
	}{Kind: "change", From: of(k.from), To: of(k.to), Approvals: k.approvals.Digest, Rules: k.rules(),
		Program: k.comparer.Program, Libraries: k.libraries, Function: k.function, Holdings: k.holdings}
	if k.township.ID != 0 {
		inputs.Township = of(k.township)
	}
	b, err := json.Marshal(inputs)
	if err != nil {
		panic(err) // strings and finite numbers always marshal
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// splitClasses undoes classKey.
func splitClasses(key string) []string { return strings.Split(key, "＋") }
