package publish

import (
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"

	"hongxian/geodata"
)

// Gate (发布把关) compares a prepared version with those it would replace, before it
// is put in force. What a comparison is, it alone knows.
type Gate interface {
	// Judge gives the comparisons that count for the version; none where its layer is
	// not guarded. It runs when all preparers have committed.
	Judge(ctx context.Context, v geodata.Version) ([]Comparison, error)
}

// Comparison (发布前比较) is what a gate found against one version.
type Comparison struct {
	Against string          // label of the version compared with
	Loss    bool            // area decreases or ground is lost: it must be confirmed
	Record  string          // identity under which the comparison is kept
	Body    []byte          // the comparison as it is kept
	Figures json.RawMessage // its main figures, kept with the confirmation
	ZH, EN  string          // one sentence
}

// LossError says that a version would lose ground and nobody has confirmed it. It
// carries a Refused *geodata.Error.
type LossError struct {
	Comparisons []Comparison
	refused     *geodata.Error
}

func (e *LossError) Error() string { return e.refused.Error() }

// Unwrap gives the refusal as users read it.
func (e *LossError) Unwrap() error { return e.refused }

// pass asks the gate. A loss passes only on the basis of a document.
func (p *Publisher) pass(ctx context.Context, v geodata.Version) ([]Comparison, error) {
	if p.Gate == nil {
		return nil, nil
	}
	found, err := p.Gate.Judge(ctx, v)
	if err != nil {
		return nil, fmt.Errorf("compare before publishing: %w", err)
	}
	var zh, en []string
	for _, c := range found {
		if c.Loss {
			zh, en = append(zh, c.ZH), append(en, c.EN)
		}
	}
	if len(zh) == 0 || p.Consent.Loss && strings.TrimSpace(p.Consent.Basis) != "" {
		return found, nil
	}
	return nil, &LossError{Comparisons: found, refused: &geodata.Error{Kind: geodata.Refused, Code: "area-decreases",
		ZH: fmt.Sprintf("版本 %s 未发布：%s如确需发布，请确认减少并写明依据文件。", v.Ref(), strings.Join(zh, "")),
		EN: fmt.Sprintf("Version %s was not published: %s To publish it nevertheless, confirm the loss and name the document it rests on.", v.Ref(), strings.Join(en, " "))}}
}

//go:embed sql/confirm.sql
var confirmSQL string

// confirm records the losses that were confirmed, in the transaction that puts the
// version in force.
func (p *Publisher) confirm(ctx context.Context, tx pgx.Tx, v geodata.Version, found []Comparison) error {
	for _, c := range found {
		if !c.Loss {
			continue
		}
		_, err := tx.Exec(ctx, confirmSQL, pgx.StrictNamedArgs{"county": v.County, "version": v.ID, "compared": c.Against,
			"basis": strings.TrimSpace(p.Consent.Basis), "record": c.Record, "figures": c.Figures})
		if err != nil {
			return fmt.Errorf("record confirmation: %w", err)
		}
	}
	return nil
}
