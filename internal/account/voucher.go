package account

import (
	"context"
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"unicode"

	"github.com/jackc/pgx/v5"

	"hongxian/geodata"
)

// Voucher (担保) is somebody else's word on who signs in.
type Voucher struct {
	Issuer, Subject string // who vouches, and what they call the person: never another's
	Once            string // of this sign-in; it counts once
	Name, Title     string // as the issuer has them; an account that is made is called after them
	// Ruled says that the issuer rules the role, at each sign-in; otherwise an
	// administrator gives it.
	Ruled     bool
	Role      Role
	Clearance *geodata.Secrecy // of an account that is made; nil: every one
}

//go:embed sql/spend_once.sql
var spendOnceSQL string

// SignInVouched begins a session for whoever an issuer vouches for. Whoever is new gets
// an account, found again by issuer and subject alone: a name that is taken is left to
// its owner. Errors: Refused with sign-on-spent for a voucher that was used,
// account-disabled, or role-missing where nobody has given them a role yet; the account
// is made all the same, and made says so.
func (b *Book) SignInVouched(ctx context.Context, v Voucher) (s Session, made bool, err error) {
	if v.Issuer == "" || v.Subject == "" || v.Once == "" {
		return s, false, fmt.Errorf("voucher of %q for %q: incomplete", v.Issuer, v.Subject)
	}
	var refusal error
	err = pgx.BeginFunc(ctx, b.DB, func(tx pgx.Tx) error {
		spent, err := tx.Exec(ctx, spendOnceSQL, pgx.StrictNamedArgs{"digest": Secret(v.Once).digest(), "now": b.now()})
		if err != nil {
			return fmt.Errorf("spend a voucher: %w", err)
		}
		if spent.RowsAffected() == 0 {
			refusal = refuse("sign-on-spent", "这次统一认证已用过，请重新登录。", "This sign-in has been used already; sign in again.")
			return nil
		}
		var person Person
		var disabled bool
		if person, disabled, made, err = b.vouched(ctx, tx, v); err != nil {
			return err
		}
		switch {
		case disabled:
			refusal = refuse("account-disabled", "您的账号已停用，请联系管理员。", "Your account is disabled; ask an administrator.")
		case person.Role == None:
			refusal = refuse("role-missing", "您的账号已登记，尚未授予角色，请联系管理员。", "Your account is known, but has no role yet; ask an administrator.")
		default:
			s, err = b.begin(ctx, tx, person.ID, false)
		}
		s.Person = person
		return err
	})
	if err == nil {
		err = refusal // what was written stays
	}
	return s, made, err
}

func refuse(code, zh, en string) error {
	return &geodata.Error{Kind: geodata.Refused, Code: code, ZH: zh, EN: en}
}

//go:embed sql/vouched.sql
var vouchedSQL string

//go:embed sql/rule_role.sql
var ruleRoleSQL string

// vouched finds or makes the account, and gives it the role where the issuer rules it.
func (b *Book) vouched(ctx context.Context, tx pgx.Tx, v Voucher) (p Person, disabled, made bool, err error) {
	p, disabled, err = findVouched(ctx, tx, v)
	if errors.Is(err, pgx.ErrNoRows) {
		made = true
		p, disabled, err = b.makeVouched(ctx, tx, v)
	}
	if err != nil {
		return p, false, false, fmt.Errorf("account of %s at %s: %w", v.Subject, v.Issuer, err)
	}
	if v.Ruled && p.Role != v.Role {
		if _, err := tx.Exec(ctx, ruleRoleSQL, pgx.StrictNamedArgs{"id": p.ID, "role": v.Role}); err != nil {
			return p, false, false, fmt.Errorf("role of %s: %w", p.Name, err)
		}
		p.Role = v.Role
	}
	return p, disabled, made, nil
}

func findVouched(ctx context.Context, tx pgx.Tx, v Voucher) (p Person, disabled bool, err error) {
	err = tx.QueryRow(ctx, vouchedSQL, pgx.StrictNamedArgs{"issuer": v.Issuer, "subject": v.Subject}).Scan(append(personFields(&p), &disabled)...)
	return p, disabled, err
}

//go:embed sql/add_vouched.sql
var addVouchedSQL string

// makeVouched makes the account, under the first name that is free.
func (b *Book) makeVouched(ctx context.Context, tx pgx.Tx, v Voucher) (p Person, disabled bool, err error) {
	for _, name := range v.names() {
		_, err := tx.Exec(ctx, addVouchedSQL, pgx.StrictNamedArgs{"name": name, "title": v.title(), "role": None,
			"clearance": v.Clearance, "issuer": v.Issuer, "subject": v.Subject, "now": b.now()})
		if err != nil {
			return p, false, err
		}
		// A sign-in beside this one may have been faster.
		if p, disabled, err = findVouched(ctx, tx, v); !errors.Is(err, pgx.ErrNoRows) {
			return p, disabled, err
		}
	}
	return p, false, errors.New("no name is free")
}

// names are what the account may be called: as the issuer does, with a mark of the
// subject where that name is taken, and by that mark alone.
func (v Voucher) names() (list []string) {
	sum := sha256.Sum256([]byte(v.Issuer + "\x00" + v.Subject))
	mark := hex.EncodeToString(sum[:8])
	local, _, _ := strings.Cut(v.Name, "@") // an address of mail, at many
	if name, err := ParseName(local); err == nil {
		list = append(list, name, name[:min(len(name), 50)]+"-"+mark[:8])
	}
	return append(list, "u-"+mark)
}

// title is the person's name, as text of a line.
func (v Voucher) title() string {
	title := strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) {
			return -1
		}
		return r
	}, strings.ToValidUTF8(v.Title, "\uFFFD"))
	if letters := []rune(title); len(letters) > longestTitle {
		title = string(letters[:longestTitle])
	}
	return strings.TrimSpace(title)
}
