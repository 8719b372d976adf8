package audit

import (
	"bufio"
	"context"
	_ "embed"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/jackc/pgx/v5"

	"hongxian/geodata"
)

// line is a row as it is exported, one a line.
type line struct {
	Seq     int64  `json:"seq"`
	At      string `json:"at"`
	Who     string `json:"who"`
	Role    string `json:"role"`
	Address string `json:"address"`
	Action  string `json:"action"`
	Object  string `json:"object"`
	Outcome string `json:"outcome"`
	Request string `json:"request"`
	Detail  string `json:"detail"` // a string: its bytes are what is hashed
	Prev    string `json:"prev"`
	Hash    string `json:"hash"`
}

func lineOf(r Row) line {
	return line{Seq: *r.Seq, At: r.At.UTC().Format(timeForm), Who: r.Who, Role: r.Role, Address: r.Address, Action: r.Action, Object: r.Object,
		Outcome: r.Outcome, Request: r.Request, Detail: r.Detail, Prev: hex.EncodeToString(r.Prev), Hash: hex.EncodeToString(r.Hash)}
}

func (l line) row() (Row, error) {
	at, err := time.Parse(timeForm, l.At)
	prev, prevErr := hex.DecodeString(l.Prev)
	hash, hashErr := hex.DecodeString(l.Hash)
	return Row{At: at, Who: l.Who, Role: l.Role, Address: l.Address, Action: l.Action, Object: l.Object, Outcome: l.Outcome,
		Request: l.Request, Detail: l.Detail, Seq: &l.Seq, Prev: prev, Hash: hash}, errors.Join(err, prevErr, hashErr)
}

// Stretch (区段) is what was exported.
type Stretch struct {
	Entries int64
	From    int64 // number of its first entry
	Head    Head  // its last one
}

//go:embed sql/older.sql
var olderSQL string

// Export writes the chain as JSON lines, in order; with before only the stretch that is
// older. The export is itself an entry.
func (t *Trail) Export(ctx context.Context, w io.Writer, before time.Time) (Stretch, error) {
	if _, err := t.Seal(ctx); err != nil {
		return Stretch{}, err
	}
	var s Stretch
	err := pgx.BeginTxFunc(ctx, t.DB, pgx.TxOptions{IsoLevel: pgx.RepeatableRead}, func(tx pgx.Tx) (err error) {
		s, err = export(ctx, tx, w, before)
		return err
	})
	if err != nil {
		return s, fmt.Errorf("export the audit trail: %w", err)
	}
	return s, t.Append(ctx, Entry{Action: "audit.export", Object: fmt.Sprintf("%d-%d", s.From, s.Head.Height), Detail: map[string]any{"entries": s.Entries}})
}

func export(ctx context.Context, tx pgx.Tx, w io.Writer, before time.Time) (s Stretch, err error) {
	if _, err := tx.Exec(ctx, "set local statement_timeout = 0"); err != nil {
		return s, err
	}
	through := int64(0)
	if !before.IsZero() {
		if err := tx.QueryRow(ctx, olderSQL, pgx.StrictNamedArgs{"before": before}).Scan(&through); err != nil {
			return s, err
		}
		if through == 0 {
			return s, nil
		}
	}
	out := bufio.NewWriter(w)
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	err = chain(ctx, tx, 0, through, func(r Row) error {
		if s.Entries == 0 {
			s.From = *r.Seq
		}
		s.Entries++
		s.Head = Head{*r.Seq, r.Hash}
		return encoder.Encode(lineOf(r))
	})
	return s, errors.Join(err, out.Flush())
}

// actionCut is the action of the entry that carries what was cut.
const actionCut = "audit.cut"

//go:embed sql/cut.sql
var cutSQL string

// CutTo exports the stretch older than a moment to a new file and removes it once the
// file is on the disk and holds when it is read back; the file goes when that fails. The chain goes on: the entry that
// says so carries the hash of the last number that was cut.
func (t *Trail) CutTo(ctx context.Context, path string, before time.Time) (s Stretch, err error) {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return s, &geodata.Error{Kind: geodata.Invalid, Code: "file-unwritable", Err: err,
			ZH: fmt.Sprintf("文件 %s 已存在，或无法写入。", path), EN: fmt.Sprintf("The file %s exists already, or cannot be written.", path)}
	}
	s, err = t.cut(ctx, f, before, func() error { return errors.Join(f.Sync(), holds(path)) })
	if err = errors.Join(err, f.Close()); err != nil {
		return Stretch{}, errors.Join(err, os.Remove(path))
	}
	return s, nil
}

// holds reads a file back as whoever verifies it later does: what does not hold is not
// removed from the database.
func holds(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	v, err := VerifyFile(f)
	if err != nil {
		return err
	}
	if !v.Whole() {
		return &geodata.Error{Kind: geodata.Conflict, Code: "audit-broken",
			ZH: fmt.Sprintf("审计链在此区段有 %d 处断点，未归档；请运行 hongxian audit verify。", v.Broken),
			EN: fmt.Sprintf("The audit trail breaks %d times in this stretch; nothing was cut. Run hongxian audit verify.", v.Broken)}
	}
	return nil
}

func (t *Trail) cut(ctx context.Context, w io.Writer, before time.Time, keep func() error) (s Stretch, err error) {
	if before.IsZero() || before.After(time.Now()) {
		return s, &geodata.Error{Kind: geodata.Invalid, Code: "audit-cut-when", ZH: "归档须给出已过去的日期。", EN: "A cut needs a day that has passed."}
	}
	err = pgx.BeginFunc(ctx, t.DB, func(tx pgx.Tx) error {
		if _, _, err := seal(ctx, tx); err != nil {
			return err
		}
		if s, err = export(ctx, tx, w, before); err != nil || s.Entries == 0 {
			return err
		}
		if err := keep(); err != nil {
			return err
		}
		err := Write(ctx, tx, Entry{Action: actionCut, Object: fmt.Sprintf("%d-%d", s.From, s.Head.Height),
			Detail: map[string]any{"through": s.Head.Height, "hash": hex.EncodeToString(s.Head.Hash), "entries": s.Entries}})
		if err != nil {
			return err
		}
		// The entry must have its place before the database lets anything go.
		for n := sealedAtOnce; n == sealedAtOnce; {
			if n, _, err = seal(ctx, tx); err != nil {
				return err
			}
		}
		_, err = tx.Exec(ctx, cutSQL, pgx.StrictNamedArgs{"through": s.Head.Height})
		return err
	})
	if err != nil {
		return Stretch{}, fmt.Errorf("cut the audit trail: %w", err)
	}
	return s, nil
}

// longestLine is how many bytes a line of an exported file may have.
const longestLine = 1 << 20

// VerifyFile follows an exported stretch. Errors: Invalid for a file that is none.
func VerifyFile(file io.Reader, expect ...Head) (*Verification, error) {
	r := newReader(expect)
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, longestLine)
	number := 0
	for lines.Scan() {
		number++
		var l line
		err := json.Unmarshal(lines.Bytes(), &l)
		row, rowErr := l.row()
		if err = errors.Join(err, rowErr); err != nil || l.Seq < 1 {
			return nil, badLine(number, err)
		}
		r.take(row)
	}
	if err := lines.Err(); err != nil {
		return nil, badLine(number+1, err)
	}
	return r.end(true), nil
}

func badLine(number int, err error) error {
	return &geodata.Error{Kind: geodata.Invalid, Code: "audit-line-malformed", Record: number, Err: err,
		ZH: "文件不是审计日志的导出，或已损坏。", EN: "The file is no export of an audit trail, or is damaged."}
}
