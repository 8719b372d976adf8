package account

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"hongxian/geodata"
)

type execer interface {
	Exec(ctx context.Context, sql string, args ...any) (pgconn.CommandTag, error)
}

// How many failures are free, before each further one doubles the wait, from firstWait
// to longestWait. An address shared by an office has more; a name attacked from many
// addresses is slowed, not closed.
const (
	freeHere    = 5  // of one name from one address
	freeAddress = 30 // of one address
	freeName    = 60 // of one name from anywhere

	firstWait   = 30 * time.Second
	longestWait = 15 * time.Minute
)

//go:embed sql/attempt.sql
var attemptSQL string

//go:embed sql/forgive.sql
var forgiveSQL string

//go:embed sql/credentials.sql
var credentialsSQL string

//go:embed sql/spend.sql
var spendSQL string

// SignIn begins a session for a name and its password, from an address. Whether the
// name is unknown, disabled or its password wrong is not told, nor by the time taken.
// Errors: Refused with sign-in-failed, or with sign-in-locked after too many failures.
func (b *Book) SignIn(ctx context.Context, name, password, address string) (Session, error) {
	p, a, err := b.prove(ctx, name, password, address)
	if err != nil {
		return Session{}, err
	}
	return b.admit(ctx, p, a)
}

// Proves checks a password as SignIn does, and begins nothing.
func (b *Book) Proves(ctx context.Context, name, password, address string) error {
	_, a, err := b.prove(ctx, name, password, address)
	if err != nil {
		return err
	}
	return forgive(ctx, b.DB, a)
}

// prove counts the attempt and looks at the password.
func (b *Book) prove(ctx context.Context, name, password, address string) (p Person, a admission, err error) {
	name = strings.ToLower(strings.TrimSpace(name))
	if len(name) > 64 || len(password) > 4*Longest {
		return p, a, failed()
	}
	if err := b.attempt(ctx, name, address); err != nil {
		return p, a, err
	}
	a = admission{name: name, address: address}
	var disabled bool
	rows, err := b.DB.Query(ctx, credentialsSQL, pgx.StrictNamedArgs{"name": name})
	if err != nil {
		return p, a, fmt.Errorf("sign in: %w", err)
	}
	_, err = pgx.CollectExactlyOneRow(rows, func(row pgx.CollectableRow) (struct{}, error) {
		return struct{}{}, row.Scan(append(personFields(&p), &a.kept, &a.oneTime, &disabled)...)
	})
	if err != nil && !errors.Is(err, pgx.ErrNoRows) {
		return p, a, fmt.Errorf("sign in: %w", err)
	}
	ok, err := matches(ctx, password, a.kept, b.cost())
	if err != nil {
		return p, a, fmt.Errorf("sign in: %w", err)
	}
	if !ok || disabled {
		return p, a, failed()
	}
	return p, a, nil
}

// admission is who came in, from where and by which password.
type admission struct {
	name, address string
	kept          string // the password's hash
	oneTime       bool
}

// admit begins the session of whoever proved who they are. A one-time password is
// spent; whoever spends it second has failed.
func (b *Book) admit(ctx context.Context, p Person, a admission) (s Session, err error) {
	err = pgx.BeginFunc(ctx, b.DB, func(tx pgx.Tx) error {
		if a.oneTime {
			tag, err := tx.Exec(ctx, spendSQL, pgx.StrictNamedArgs{"id": p.ID, "password": a.kept})
			if err != nil {
				return fmt.Errorf("spend a one-time password: %w", err)
			}
			if tag.RowsAffected() == 0 {
				return failed()
			}
		}
		if err := forgive(ctx, tx, a); err != nil {
			return err
		}
		s, err = b.begin(ctx, tx, p.ID, a.oneTime)
		return err
	})
	s.Person = p
	return s, err
}

// forgive takes back the attempt that succeeded.
func forgive(ctx context.Context, db execer, a admission) error {
	if _, err := db.Exec(ctx, forgiveSQL, pgx.StrictNamedArgs{"here": here(a.name, a.address), "others": []string{"a:" + a.address, "n:" + a.name}}); err != nil {
		return fmt.Errorf("sign in: %w", err)
	}
	return nil
}

func here(name, address string) string { return "h:" + name + "|" + address }

// attempt counts an attempt as failed, before the password is looked at: those made at
// once are counted too. It is refused while a wait lasts, and then not counted.
func (b *Book) attempt(ctx context.Context, name, address string) error {
	return pgx.BeginFunc(ctx, b.DB, func(tx pgx.Tx) error {
		var wait float64
		err := tx.QueryRow(ctx, attemptSQL, pgx.StrictNamedArgs{
			"subjects": []string{"a:" + address, here(name, address), "n:" + name}, "allowed": []int{freeAddress, freeHere, freeName},
			"now": b.now(), "first": firstWait.Seconds(), "longest": longestWait.Seconds()}).Scan(&wait)
		if err != nil {
			return fmt.Errorf("sign in: %w", err)
		}
		if wait > 0 {
			return locked(time.Duration(wait * float64(time.Second)))
		}
		return nil
	})
}

func failed() error {
	return &geodata.Error{Kind: geodata.Refused, Code: "sign-in-failed", ZH: "用户名或密码不对，或账号已停用。", EN: "The name or the password is wrong, or the account is disabled."}
}

func locked(wait time.Duration) error {
	seconds := int(wait.Seconds()) + 1
	return &geodata.Error{Kind: geodata.Refused, Code: "sign-in-locked",
		ZH: fmt.Sprintf("登录失败次数过多，请 %d 秒后再试。", seconds), EN: fmt.Sprintf("Too many failed attempts; try again in %d seconds.", seconds)}
}
