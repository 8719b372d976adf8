package account

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	_ "embed"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"hongxian/geodata"
)

// How long a session lasts: unused, and in any case.
const (
	IdleTime     = 2 * time.Hour
	AbsoluteTime = 12 * time.Hour
)

// Secret (凭据) is what a browser or a program shows: 260 random bits, of which the
// database holds the SHA-256 only.
type Secret string

func newSecret() Secret { return Secret(rand.Text() + rand.Text()) }

func (s Secret) digest() []byte {
	d := sha256.Sum256([]byte(s))
	return d[:]
}

// String hides the secret from logs.
func (s Secret) String() string { return "…" }

// Session (会话) is one sign-in.
type Session struct {
	Secret  Secret
	Person  Person
	Expires time.Time
	OneTime bool // may do nothing but set a password
}

//go:embed sql/begin_session.sql
var beginSessionSQL string

// begin makes a session of an account, always under a new secret: what a browser held
// before it signed in opens nothing.
func (b *Book) begin(ctx context.Context, db execer, account int64, oneTime bool) (Session, error) {
	s := Session{Secret: newSecret(), Expires: b.now().Add(AbsoluteTime), OneTime: oneTime}
	_, err := db.Exec(ctx, beginSessionSQL, pgx.StrictNamedArgs{"digest": s.Secret.digest(), "account": account,
		"now": b.now(), "expires_at": s.Expires, "one_time": oneTime})
	if err != nil {
		return s, fmt.Errorf("begin a session: %w", err)
	}
	return s, nil
}

//go:embed sql/session.sql
var sessionSQL string

//go:embed sql/use_session.sql
var useSessionSQL string

// Who is whose session it is. NotFound for one that is unknown or over, of an account
// that is disabled too.
func (b *Book) Who(ctx context.Context, secret Secret) (Session, error) {
	s := Session{Secret: secret}
	var used time.Time
	rows, err := b.DB.Query(ctx, sessionSQL, pgx.StrictNamedArgs{"digest": secret.digest(), "now": b.now(), "idle": IdleTime.Seconds()})
	if err != nil {
		return s, fmt.Errorf("find a session: %w", err)
	}
	_, err = pgx.CollectExactlyOneRow(rows, func(row pgx.CollectableRow) (struct{}, error) {
		return struct{}{}, row.Scan(append(personFields(&s.Person), &s.Expires, &s.OneTime, &used)...)
	})
	if errors.Is(err, pgx.ErrNoRows) {
		return s, &geodata.Error{Kind: geodata.NotFound, Code: "session-unknown", ZH: "会话不存在或已过期，请重新登录。", EN: "The session is unknown or over; sign in again."}
	}
	if err != nil {
		return s, fmt.Errorf("find a session: %w", err)
	}
	if b.now().Sub(used) > time.Minute {
		if _, err := b.DB.Exec(ctx, useSessionSQL, pgx.StrictNamedArgs{"digest": secret.digest(), "now": b.now()}); err != nil {
			return s, fmt.Errorf("note a session's use: %w", err)
		}
	}
	return s, nil
}

// personFields are where the columns of a person go.
func personFields(p *Person) []any {
	s := &p.Sight
	return []any{&p.ID, &p.Name, &p.Title, &p.Role, &s.Counties, &s.Layers, &s.Townships, &s.Clearance}
}

//go:embed sql/end_session.sql
var endSessionSQL string

// SignOut ends a session.
func (b *Book) SignOut(ctx context.Context, secret Secret) error {
	if _, err := b.DB.Exec(ctx, endSessionSQL, pgx.StrictNamedArgs{"digest": secret.digest()}); err != nil {
		return fmt.Errorf("end a session: %w", err)
	}
	return nil
}
