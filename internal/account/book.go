package account

import (
	"context"
	"crypto/rand"
	_ "embed"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"hongxian/geodata"
)

// Book (账号簿) keeps accounts, their sessions and tokens. It is safe for concurrent use.
type Book struct {
	DB   *pgxpool.Pool
	Cost Cost             // of passwords set from now on; zero: DefaultCost
	Now  func() time.Time // nil: time.Now
}

func (b *Book) now() time.Time {
	if b.Now == nil {
		return time.Now()
	}
	return b.Now()
}

func (b *Book) cost() Cost {
	if b.Cost == (Cost{}) {
		return DefaultCost
	}
	return b.Cost
}

// Account (账号) is an account as an administrator sees it.
type Account struct {
	ID          int64
	Name, Title string
	Role        Role
	Sight       geodata.Sight
	Disabled    bool
	HasPassword bool
	OneTime     bool   // its password opens once
	Issuer      string // who else vouches; empty: nobody
	Created     time.Time
}

var namePattern = regexp.MustCompile(`^[a-z0-9][a-z0-9._-]{1,63}$`)

// longestTitle is how many characters a person's name may have.
const longestTitle = 100

// ParseName reads an account's name. Errors: Invalid.
func ParseName(text string) (string, error) {
	name := strings.ToLower(strings.TrimSpace(text))
	if !namePattern.MatchString(name) || name == LocalName {
		return "", &geodata.Error{Kind: geodata.Invalid, Code: "account-name",
			ZH: fmt.Sprintf("用户名“%.64s”不行，应为 2 至 64 个小写字母、数字或 . _ -，以字母或数字开头，且不是 local。", text),
			EN: fmt.Sprintf("%.64q is no account's name: 2 to 64 small letters, digits or . _ -, beginning with a letter or digit, and not local.", text)}
	}
	return name, nil
}

//go:embed sql/add.sql
var addSQL string

// Add makes an account. An empty password has one made, which opens once and comes
// back. Errors: Invalid for a name, title or password that will not do, Conflict for a
// name that is taken.
func (b *Book) Add(ctx context.Context, a Account, password string) (oneTime string, err error) {
	if a.Name, err = ParseName(a.Name); err != nil {
		return "", err
	}
	if err := judgeTitle(a.Title); err != nil {
		return "", err
	}
	if password == "" {
		oneTime = makePassword()
		password = oneTime
	} else if err := judge(a.Name, password); err != nil {
		return "", err
	}
	kept, err := hash(ctx, password, b.cost())
	if err != nil {
		return "", fmt.Errorf("password of %s: %w", a.Name, err)
	}
	s := a.Sight
	_, err = b.DB.Exec(ctx, addSQL, pgx.StrictNamedArgs{"name": a.Name, "title": a.Title, "role": a.Role, "password": kept, "one_time": oneTime != "",
		"counties": s.Counties, "layers": s.Layers, "townships": s.Townships, "clearance": s.Clearance, "now": b.now()})
	if isTaken(err) {
		return "", &geodata.Error{Kind: geodata.Conflict, Code: "account-exists", Err: err,
			ZH: fmt.Sprintf("用户 %s 已存在。", a.Name), EN: fmt.Sprintf("There is an account %s already.", a.Name)}
	}
	if err != nil {
		return "", fmt.Errorf("add account %s: %w", a.Name, err)
	}
	return oneTime, nil
}

func isTaken(err error) bool {
	var refused *pgconn.PgError
	return errors.As(err, &refused) && refused.Code == "23505"
}

func judgeTitle(title string) error {
	if utf8.ValidString(title) && utf8.RuneCountInString(title) <= longestTitle && !strings.ContainsFunc(title, func(r rune) bool { return r < ' ' }) {
		return nil
	}
	return &geodata.Error{Kind: geodata.Invalid, Code: "account-title",
		ZH: fmt.Sprintf("姓名应为不超过 %d 个字的文字。", longestTitle), EN: fmt.Sprintf("A person's name is text of at most %d characters.", longestTitle)}
}

// makePassword makes a one-time password of 78 random bits that can be read out.
func makePassword() string {
	text := strings.ToLower(rand.Text())
	return text[:4] + "-" + text[4:8] + "-" + text[8:12] + "-" + text[12:16]
}

//go:embed sql/list.sql
var listSQL string

// List gives all accounts, by name.
func (b *Book) List(ctx context.Context) ([]Account, error) {
	rows, err := b.DB.Query(ctx, listSQL, pgx.StrictNamedArgs{"name": ""})
	if err != nil {
		return nil, fmt.Errorf("list accounts: %w", err)
	}
	found, err := pgx.CollectRows(rows, scanAccount)
	if err != nil {
		return nil, fmt.Errorf("list accounts: %w", err)
	}
	return found, nil
}

// Find gives an account. NotFound when there is none of that name.
func (b *Book) Find(ctx context.Context, name string) (Account, error) {
	name = strings.ToLower(strings.TrimSpace(name))
	rows, err := b.DB.Query(ctx, listSQL, pgx.StrictNamedArgs{"name": name})
	if err != nil {
		return Account{}, fmt.Errorf("find account %s: %w", name, err)
	}
	a, err := pgx.CollectExactlyOneRow(rows, scanAccount)
	if name == "" || errors.Is(err, pgx.ErrNoRows) {
		return Account{}, unknownAccount(name)
	}
	if err != nil {
		return Account{}, fmt.Errorf("find account %s: %w", name, err)
	}
	return a, nil
}

func unknownAccount(name string) error {
	return &geodata.Error{Kind: geodata.NotFound, Code: "account-unknown", ZH: fmt.Sprintf("没有用户 %.64s。", name), EN: fmt.Sprintf("There is no account %.64s.", name)}
}

func scanAccount(row pgx.CollectableRow) (a Account, err error) {
	s := &a.Sight
	err = row.Scan(&a.ID, &a.Name, &a.Title, &a.Role, &s.Counties, &s.Layers, &s.Townships, &s.Clearance, &a.Disabled, &a.HasPassword, &a.OneTime, &a.Issuer, &a.Created)
	return a, err
}

//go:embed sql/any.sql
var anySQL string

// Any reports whether there is an account at all.
func (b *Book) Any(ctx context.Context) (bool, error) {
	var found bool
	if err := b.DB.QueryRow(ctx, anySQL).Scan(&found); err != nil {
		return false, fmt.Errorf("look for accounts: %w", err)
	}
	return found, nil
}

//go:embed sql/change.sql
var changeSQL string

//go:embed sql/administered.sql
var administeredSQL string

// Change sets an account's title, role, sight and whether it is disabled, which ends
// its sessions. The last administrator who can sign in stays one: Conflict.
func (b *Book) Change(ctx context.Context, a Account) error {
	if err := judgeTitle(a.Title); err != nil {
		return err
	}
	return pgx.BeginFunc(ctx, b.DB, func(tx pgx.Tx) error {
		s := a.Sight
		tag, err := tx.Exec(ctx, changeSQL, pgx.StrictNamedArgs{"name": a.Name, "title": a.Title, "role": a.Role, "disabled": a.Disabled,
			"counties": s.Counties, "layers": s.Layers, "townships": s.Townships, "clearance": s.Clearance})
		if err != nil {
			return fmt.Errorf("change account %s: %w", a.Name, err)
		}
		if tag.RowsAffected() == 0 {
			return unknownAccount(a.Name)
		}
		var administered bool
		if err := tx.QueryRow(ctx, administeredSQL).Scan(&administered); err != nil {
			return fmt.Errorf("change account %s: %w", a.Name, err)
		}
		if !administered {
			return &geodata.Error{Kind: geodata.Conflict, Code: "last-administrator",
				ZH: "这是最后一个不受限的可用管理员，不能停用、改角色或限定范围；请先另设一个管理员。",
				EN: "This is the last administrator who can sign in and sees everything; make another one first."}
		}
		return nil
	})
}

//go:embed sql/set_password.sql
var setPasswordSQL string

// SetPassword sets a password and ends the account's sessions but the one that is kept.
// An empty one has a one-time password made, which comes back.
func (b *Book) SetPassword(ctx context.Context, name, password string, keep Secret) (oneTime string, err error) {
	if password == "" {
		oneTime = makePassword()
		password = oneTime
	} else if err := judge(name, password); err != nil {
		return "", err
	}
	kept, err := hash(ctx, password, b.cost())
	if err != nil {
		return "", fmt.Errorf("password of %s: %w", name, err)
	}
	var id int64
	err = b.DB.QueryRow(ctx, setPasswordSQL, pgx.StrictNamedArgs{"name": name, "password": kept, "one_time": oneTime != "",
		"keep": keep.digest(), "now": b.now()}).Scan(&id)
	if errors.Is(err, pgx.ErrNoRows) {
		return "", unknownAccount(name)
	}
	if err != nil {
		return "", fmt.Errorf("set the password of %s: %w", name, err)
	}
	return oneTime, nil
}
