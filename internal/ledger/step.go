package ledger

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"hongxian/geodata"
	"hongxian/internal/audit"
)

// Step (办理) is what is to happen to an entry. An empty To leaves its state.
type Step struct {
	To         State
	Who        string
	Note       string // the reason, where one is needed
	Attachment string
	SHA256     string
	Office     *string // nil: as it was
	Deadline   *time.Time
}

var sha256Hex = regexp.MustCompile(`^[0-9a-f]{64}$`)

func (s Step) validate() error {
	switch {
	case !plain(s.Who, LongestTitle):
		return badWho()
	case !plain(s.Note, longestNote):
		return invalid("ledger-note", fmt.Sprintf("说明应为不超过 %d 个字的文字。", longestNote), fmt.Sprintf("A note is text of at most %d characters.", longestNote))
	case !plain(s.Attachment, longestNote) || s.Attachment == "" && s.SHA256 != "":
		return invalid("ledger-attachment", "附件应写明文号、路径或地址。", "An attachment names a document, a path or an address.")
	case s.SHA256 != "" && !sha256Hex.MatchString(s.SHA256):
		return invalid("ledger-sha256", "附件的 SHA-256 应为 64 位小写十六进制数。", "An attachment's SHA-256 has 64 lower-case hexadecimal digits.")
	case s.Office != nil && !plain(*s.Office, LongestTitle):
		return invalid("ledger-office", fmt.Sprintf("责任单位应为不超过 %d 个字的文字。", LongestTitle), fmt.Sprintf("The office is text of at most %d characters.", LongestTitle))
	case s.To == "" && s.Note == "" && s.Attachment == "" && s.Office == nil && s.Deadline == nil:
		return invalid("ledger-step-empty", "没有写明任何内容。", "The step says nothing.")
	}
	return nil
}

// allowed says whether an entry may move. The next step needs no reason; a step
// back, or past one, does.
func allowed(from, to State, reason string) error {
	i, j := slices.Index(States, from), slices.Index(States, to)
	switch {
	case j < 0:
		_, err := ParseState(string(to))
		return err
	case i == j:
		return conflict("ledger-state-same", fmt.Sprintf("条目已是“%s”状态。", to.Chinese()), fmt.Sprintf("The entry is in state %s already.", to))
	case j != i+1 && reason == "":
		return conflict("ledger-reason-missing", fmt.Sprintf("从“%s”直接到“%s”须写明理由。", from.Chinese(), to.Chinese()),
			fmt.Sprintf("A move from %s to %s needs a reason.", from, to))
	}
	return nil
}

func conflict(code, zh, en string) error {
	return &geodata.Error{Kind: geodata.Conflict, Code: code, ZH: zh, EN: en}
}

//go:embed sql/lock.sql
var lockSQL string

//go:embed sql/event.sql
var eventSQL string

//go:embed sql/change.sql
var changeSQL string

// Take takes a step: it is added to the history, and the entry follows. Errors:
// Invalid for a malformed step, NotFound, Conflict for a move that is not allowed.
func (b *Book) Take(ctx context.Context, county string, id int64, s Step) error {
	if err := s.validate(); err != nil {
		return err
	}
	return pgx.BeginFunc(ctx, b.DB, func(tx pgx.Tx) error {
		var from State
		err := tx.QueryRow(ctx, lockSQL, pgx.StrictNamedArgs{"county": county, "id": id}).Scan(&from)
		if errors.Is(err, pgx.ErrNoRows) {
			return unknown(id)
		}
		if err != nil {
			return fmt.Errorf("ledger entry %d: %w", id, err)
		}
		to := from
		if s.To != "" {
			if err := allowed(from, s.To, s.Note); err != nil {
				return err
			}
			to = s.To
		}
		_, err = tx.Exec(ctx, eventSQL, pgx.StrictNamedArgs{"county": county, "id": id, "who": s.Who, "from": from, "to": to, "note": s.Note,
			"attachment": s.Attachment, "sha256": s.SHA256, "office": s.Office, "deadline": s.Deadline})
		if err == nil {
			_, err = tx.Exec(ctx, changeSQL, pgx.StrictNamedArgs{"county": county, "id": id, "to": to, "office": s.Office, "deadline": s.Deadline})
		}
		if err != nil {
			return fmt.Errorf("ledger entry %d: %w", id, err)
		}
		return audit.Write(ctx, tx, audit.Entry{Action: "ledger.step", Object: fmt.Sprintf("%s/%d", county, id),
			Detail: map[string]any{"from": from, "to": to}})
	})
}
