package answer

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"

	"hongxian/geodata"
	"hongxian/internal/openapi"
	"hongxian/internal/overlap"
	"hongxian/internal/record"
	"hongxian/internal/report"
)

// KindSet is the kind under which the answers for several parcels of a file are
// kept as one: a CheckSet.
const KindSet = "check-set"

// AskedSet (所问) is what a set was asked: its parcels, in the file's order. Their
// whole follows from them.
type AskedSet struct {
	Name    string  `json:"name"` // of the whole
	Parcels []Asked `json:"parcels"`
}

// whole is the question about all parcels as one site.
func (a AskedSet) whole() Asked {
	sites := make([]overlap.Site, len(a.Parcels))
	for i, p := range a.Parcels {
		sites[i] = p.Site
	}
	return Asked{Site: overlap.Whole(a.Name, sites), Versions: a.Parcels[0].Versions, Choices: a.Parcels[0].Choices}
}

// several answers for the parcels of a file and for their whole, all against the
// same versions. Everything is found before anything is kept: a file that is
// refused leaves no answer for those of its parcels that came before the bad one.
func (c *Checks) several(ctx context.Context, q Question, sites []overlap.Site) (Answer, error) {
	session, err := c.Sessions.Session(ctx, q.County, q.Against)
	if err != nil {
		return Answer{}, err
	}
	whole := overlap.Whole(cmp.Or(q.Name, q.Filename), sites)
	var found []record.Kept
	for i, s := range sites {
		if s.Name == "" {
			s.Name = fmt.Sprintf("%s 地块 %d", whole.Name, i+1)
		}
		f, err := c.find(ctx, session, q, s)
		if err != nil {
			return Answer{}, err
		}
		found = append(found, f)
	}
	all, err := c.find(ctx, session, q, whole)
	if err != nil {
		return Answer{}, fmt.Errorf("all parcels: %w", err)
	}
	return c.keepSet(ctx, whole.Name, found, all)
}

// keepSet keeps the answers for the parcels of a file and for their whole, each by
// itself, and then the set of them.
func (c *Checks) keepSet(ctx context.Context, name string, found []record.Kept, whole record.Kept) (Answer, error) {
	asked := AskedSet{Name: name}
	var parts [][]byte
	var ids []string
	for _, f := range append(found, whole) {
		a, err := c.keep(ctx, f)
		if err != nil {
			return Answer{}, err
		}
		parts, ids = append(parts, a.Body), append(ids, a.ID)
	}
	for _, f := range found {
		var a Asked
		if err := json.Unmarshal(f.Inputs, &a); err != nil {
			return Answer{}, fmt.Errorf("read question of check %s: %w", f.ID, err)
		}
		asked.Parcels = append(asked.Parcels, a)
	}
	set := record.Kept{County: whole.County, ID: setIdentity(ids), Kind: KindSet, Subject: name, Outcome: whole.Outcome,
		Layers: whole.Layers, Townships: whole.Townships}
	var err error
	last := len(parts) - 1
	if set.Body, err = report.CheckSetJSON(set.ID, parts[:last], parts[last]); err != nil {
		return Answer{}, err
	}
	if set.Inputs, err = json.Marshal(asked); err != nil {
		return Answer{}, fmt.Errorf("keep question of set %s: %w", set.ID, err)
	}
	return c.keep(ctx, set)
}

// setIdentity is the identity of a set: the SHA-256 of its kind and of the
// identities of its checks in order, the whole's last.
func setIdentity(checks []string) string {
	text, err := json.Marshal(append([]string{KindSet}, checks...))
	if err != nil {
		panic(err) // strings always marshal
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}

// keptAnswer (留存的答复) is a kept check, or set of checks, read back.
type keptAnswer struct {
	record.Kept
	// Check is the check; of several parcels their whole, under the set's identity.
	Check    openapi.Check
	Asked    Asked
	Versions []geodata.VersionRef // that answered
	Parcels  []keptParcel         // of a set
}

// keptParcel is a check of a set.
type keptParcel struct {
	Check openapi.Check
	Asked Asked
}

// getCheck finds a kept check or set of checks; what is kept of another kind is
// none.
func getCheck(ctx context.Context, records Records, county, id string) (*keptAnswer, error) {
	kept, err := records.Get(ctx, county, id)
	if err != nil {
		return nil, err
	}
	if kept.Kind != KindCheck && kept.Kind != KindSet {
		return nil, &geodata.Error{Kind: geodata.NotFound, Code: "check-unknown",
			ZH: fmt.Sprintf("编号 %.80s 不是核查记录。", id), EN: fmt.Sprintf("%.80s is no check.", id)}
	}
	return readCheck(kept)
}

// readCheck reads a kept check or set of checks.
func readCheck(kept record.Kept) (*keptAnswer, error) {
	k := &keptAnswer{Kept: kept}
	parcels, check, err := report.ReadChecks(kept.Body)
	if err != nil {
		return nil, fmt.Errorf("record %s: %w", kept.ID, err)
	}
	k.Check = check
	if kept.Kind == KindSet {
		err = k.readParcels(parcels)
	} else {
		err = json.Unmarshal(kept.Inputs, &k.Asked)
	}
	if err != nil {
		return nil, fmt.Errorf("read question of check %s: %w", kept.ID, err)
	}
	k.Versions, err = parseRefs(k.Asked.Versions)
	return k, err
}

func (k *keptAnswer) readParcels(checks []openapi.Check) error {
	var asked AskedSet
	if err := json.Unmarshal(k.Inputs, &asked); err != nil {
		return err
	}
	if len(asked.Parcels) != len(checks) || len(checks) == 0 {
		return fmt.Errorf("%d questions for %d answers", len(asked.Parcels), len(checks))
	}
	for i, c := range checks {
		k.Parcels = append(k.Parcels, keptParcel{Check: c, Asked: asked.Parcels[i]})
	}
	k.Check.Id, k.Asked = k.ID, asked.whole()
	return nil
}

func parseRefs(texts []string) ([]geodata.VersionRef, error) {
	refs := make([]geodata.VersionRef, 0, len(texts))
	for _, text := range texts {
		ref, err := geodata.ParseVersionRef(text)
		if err != nil {
			return nil, fmt.Errorf("read the versions that answered: %w", err)
		}
		refs = append(refs, ref)
	}
	return refs, nil
}
