package answer

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"hongxian/geodata"
	"hongxian/internal/change"
	"hongxian/internal/record"
	"hongxian/internal/report"
)

// KindChange is the kind under which comparisons of versions are kept.
const KindChange = "change"

// The outcomes that comparisons are listed by.
const (
	notDecreased = "not_decreased"
	decreased    = "decreased"
)

// Comparer compares two versions; see change.Comparer.
type Comparer interface {
	Compare(ctx context.Context, r change.Request) (*change.Report, error)
}

// Changes answers what changed between two versions.
type Changes struct {
	Comparer Comparer
	Keeper   Keeper
	Records  Records
	Now      func() time.Time // nil: time.Now
}

// AskedChange (所问) is what a comparison was asked: references with labels.
type AskedChange struct {
	From     string `json:"from"`
	To       string `json:"to"`
	Township string `json:"township,omitempty"`
}

// Answer compares, encodes and keeps; the report is that of the comparison.
func (c *Changes) Answer(ctx context.Context, r change.Request) (Answer, *change.Report, error) {
	found, err := c.Comparer.Compare(ctx, r)
	if err != nil {
		return Answer{}, nil, err
	}
	found.CreatedAt = time.Now()
	if c.Now != nil {
		found.CreatedAt = c.Now()
	}
	body, err := report.ChangeJSON(found)
	if err != nil {
		return Answer{}, nil, err
	}
	asked := AskedChange{From: found.From.Ref, To: found.To.Ref}
	if found.Township != nil {
		asked.Township = found.Township.Ref
	}
	inputs, err := json.Marshal(asked)
	if err != nil {
		return Answer{}, nil, fmt.Errorf("keep question of change %s: %w", found.ID, err)
	}
	outcome := notDecreased
	if !found.Verdict.NotDecreased {
		outcome = decreased
	}
	stored, isNew, err := c.Keeper.Put(ctx, record.Kept{County: found.CountyCode, ID: found.ID, Kind: KindChange, Body: body, Inputs: inputs,
		Subject: found.TitleZH + " " + found.From.Label + " → " + found.To.Label, Outcome: outcome, Layers: comparedLayers(found)})
	if err != nil {
		return Answer{}, nil, fmt.Errorf("keep change %s: %w", found.ID, err)
	}
	return Answer{Body: stored, ID: found.ID, IsNew: isNew}, found, nil
}

// Find gives a kept comparison, byte for byte.
func (c *Changes) Find(ctx context.Context, county, id string) ([]byte, error) {
	kept, err := getChange(ctx, c.Records, county, id)
	return kept.Body, err
}

// getChange finds a kept comparison.
func getChange(ctx context.Context, records Records, county, id string) (record.Kept, error) {
	kept, err := records.Get(ctx, county, id)
	if err == nil && kept.Kind != KindChange {
		return kept, &geodata.Error{Kind: geodata.NotFound, Code: "change-unknown",
			ZH: fmt.Sprintf("编号 %.80s 不是面积变化核查记录。", id), EN: fmt.Sprintf("%.80s is no comparison of versions.", id)}
	}
	return kept, err
}
