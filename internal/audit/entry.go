package audit

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/jackc/pgx/v5/pgconn"

	_ "embed"

	"github.com/jackc/pgx/v5"
)

// By (操作者) is who does something, and from where.
type By struct {
	Who     string // the account's name; local:NAME for a command; service for the server itself
	Role    string // as it was then
	Address string // the client's, without the port; empty for a command
	Request string // the request's id, as in the log
}

type key struct{}

// With says who is behind everything done with the context.
func With(ctx context.Context, by By) context.Context {
	by = By{Who: plain(by.Who), Role: plain(by.Role), Address: plain(by.Address), Request: plain(by.Request)}
	return context.WithValue(ctx, key{}, by)
}

// Of is who is behind a context; without any, the service itself.
func Of(ctx context.Context) By {
	if by, ok := ctx.Value(key{}).(By); ok {
		return by
	}
	return By{Who: "service"}
}

// Outcome (结果) is what became of what was asked.
type Outcome string

// The outcomes.
const (
	Done    Outcome = "done"
	Refused Outcome = "refused" // 拒绝: not allowed, or too much
	Failed  Outcome = "failed"
)

// Entry (审计条目) is one thing that was done, or asked in vain.
type Entry struct {
	By
	Action  string // import, publish, check.ask, export, …
	Object  string // 500237.red-line@2022, 500237/IDENTITY, …
	Outcome Outcome
	Detail  map[string]any // encoded with sorted keys; no geometry, no secret
}

// Execer runs a statement: a pool, a connection or a transaction.
type Execer interface {
	Exec(ctx context.Context, sql string, args ...any) (pgconn.CommandTag, error)
}

// longest is how many characters of a field are kept.
const longest = 300

//go:embed sql/append.sql
var appendSQL string

// Write adds an entry to the transaction of what it tells of. Who is taken from the
// context where the entry does not say; without an outcome it was done.
func Write(ctx context.Context, db Execer, e Entry) error {
	args, err := e.args(ctx)
	if err != nil {
		return err
	}
	if _, err := db.Exec(ctx, appendSQL, args); err != nil {
		return fmt.Errorf("audit %s of %s: %w", e.Action, e.Object, err)
	}
	return nil
}

// args are an entry's columns, as statements that write one take them.
func (e Entry) args(ctx context.Context) (pgx.StrictNamedArgs, error) {
	by := e.By
	if by == (By{}) {
		by = Of(ctx)
	}
	detail := []byte("{}")
	if len(e.Detail) > 0 {
		var err error
		if detail, err = json.Marshal(e.Detail); err != nil {
			return nil, fmt.Errorf("audit %s of %s: %w", e.Action, e.Object, err)
		}
	}
	return pgx.StrictNamedArgs{"who": plain(by.Who), "role": plain(by.Role), "address": plain(by.Address), "action": plain(e.Action),
		"object": plain(e.Object), "outcome": string(cmp.Or(e.Outcome, Done)), "request": plain(by.Request), "detail": string(detail)}, nil
}

// plain is a text without control characters and of bounded length: what a client can
// make up must not break a line of a log or an export.
func plain(s string) string {
	s = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) || r == '\u2028' || r == '\u2029' {
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD"))
	if r := []rune(s); len(r) > longest {
		s = string(r[:longest])
	}
	return s
}

// Row (链上条目) is an entry as it is kept.
type Row struct {
	ID      int64     // in the order of writing
	At      time.Time // to the microsecond
	Who     string
	Role    string
	Address string
	Action  string
	Object  string
	Outcome string
	Request string
	Detail  string // JSON, to the byte
	Seq     *int64 // its number in the chain, nil while it waits for its place
	Prev    []byte // the hash of the number before; 32 zeros before the first
	Hash    []byte
}

// timeForm writes the time of an entry, in UTC.
const timeForm = "2006-01-02T15:04:05.000000Z"

// sum is the hash of a row: SHA-256 over prev and then each field as a netstring (its
// length in bytes, a colon, the field, a comma), in the order of Row from the number on:
// seq, at, who, role, address, action, object, outcome, request, detail. No two rows
// have one encoding.
func (r Row) sum(seq int64, prev []byte) [sha256.Size]byte {
	var b strings.Builder
	b.Write(prev)
	for _, field := range []string{strconv.FormatInt(seq, 10), r.At.UTC().Format(timeForm), r.Who, r.Role, r.Address,
		r.Action, r.Object, r.Outcome, r.Request, r.Detail} {
		b.WriteString(strconv.Itoa(len(field)))
		b.WriteByte(':')
		b.WriteString(field)
		b.WriteByte(',')
	}
	return sha256.Sum256([]byte(b.String()))
}
