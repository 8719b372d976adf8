package account

import (
	"context"
	"crypto/rand"
	_ "embed"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/jackc/pgx/v5"

	"hongxian/geodata"
)

// tokenMark begins every token, so that one that leaked can be found.
const tokenMark = "hxt_"

// Token (令牌) lets a program act for an account, with some of its rights.
type Token struct {
	ID      int64
	Owner   string
	Name    string
	Prefix  string // its first characters, to tell it by
	Rights  []Right
	Created time.Time
	Expires *time.Time // nil: never
	Revoked *time.Time
}

//go:embed sql/add_token.sql
var addTokenSQL string

// AddToken makes a token for an account; its secret is shown this once. Errors:
// Invalid for a name, a time or rights that the owner does not have.
func (b *Book) AddToken(ctx context.Context, t Token) (Token, Secret, error) {
	owner, err := b.Find(ctx, t.Owner)
	if err != nil {
		return t, "", err
	}
	t.Name = strings.TrimSpace(t.Name)
	if t.Name == "" || !utf8.ValidString(t.Name) || utf8.RuneCountInString(t.Name) > longestTitle {
		return t, "", &geodata.Error{Kind: geodata.Invalid, Code: "token-name",
			ZH: fmt.Sprintf("令牌要有名称，不超过 %d 个字。", longestTitle), EN: fmt.Sprintf("A token has a name of at most %d characters.", longestTitle)}
	}
	for _, r := range t.Rights {
		if !slices.Contains(Rights, r) || !owner.Role.Has(r) {
			return t, "", &geodata.Error{Kind: geodata.Invalid, Code: "token-rights",
				ZH: fmt.Sprintf("令牌的权限“%.20s”不存在，或 %s 自己没有。", r, owner.Name), EN: fmt.Sprintf("There is no right %.20q, or %s does not have it.", r, owner.Name)}
		}
	}
	if len(t.Rights) == 0 || t.Expires != nil && !t.Expires.After(b.now()) {
		return t, "", &geodata.Error{Kind: geodata.Invalid, Code: "token-rights",
			ZH: "请写明令牌的权限（see、ask、deliver、approve、administer），到期时间应在以后。", EN: "Name the token's rights (see, ask, deliver, approve, administer); it expires in the future."}
	}
	t.Prefix = tokenMark + strings.ToLower(rand.Text()[:8])
	secret := Secret(t.Prefix + "_" + string(newSecret()))
	err = b.DB.QueryRow(ctx, addTokenSQL, pgx.StrictNamedArgs{"account": owner.ID, "name": t.Name, "prefix": t.Prefix, "digest": secret.digest(),
		"rights": t.Rights, "now": b.now(), "expires_at": t.Expires}).Scan(&t.ID, &t.Created)
	if err != nil {
		return t, "", fmt.Errorf("add token: %w", err)
	}
	t.Owner = owner.Name
	return t, secret, nil
}

//go:embed sql/tokens.sql
var tokensSQL string

// Tokens lists the tokens of an account, or with an empty name of all.
func (b *Book) Tokens(ctx context.Context, owner string) ([]Token, error) {
	rows, err := b.DB.Query(ctx, tokensSQL, pgx.StrictNamedArgs{"owner": owner})
	if err != nil {
		return nil, fmt.Errorf("list tokens: %w", err)
	}
	found, err := pgx.CollectRows(rows, pgx.RowToStructByPos[Token])
	if err != nil {
		return nil, fmt.Errorf("list tokens: %w", err)
	}
	return found, nil
}

//go:embed sql/revoke_token.sql
var revokeTokenSQL string

// RevokeToken ends a token of an account, or with an empty name of any. NotFound when
// there is none of that number.
func (b *Book) RevokeToken(ctx context.Context, owner string, id int64) error {
	tag, err := b.DB.Exec(ctx, revokeTokenSQL, pgx.StrictNamedArgs{"owner": owner, "id": id, "now": b.now()})
	if err != nil {
		return fmt.Errorf("revoke token %d: %w", id, err)
	}
	if tag.RowsAffected() == 0 {
		return &geodata.Error{Kind: geodata.NotFound, Code: "token-unknown", ZH: fmt.Sprintf("没有 %d 号令牌。", id), EN: fmt.Sprintf("There is no token %d.", id)}
	}
	return nil
}

//go:embed sql/bearer.sql
var bearerSQL string

// Bearer is for whom a token acts. NotFound for one that is unknown, revoked or over,
// or whose owner is disabled.
func (b *Book) Bearer(ctx context.Context, secret Secret) (p Person, err error) {
	unknown := &geodata.Error{Kind: geodata.NotFound, Code: "token-unknown", ZH: "令牌不存在、已作废或已到期。", EN: "The token is unknown, revoked or over."}
	if !strings.HasPrefix(string(secret), tokenMark) {
		return p, unknown
	}
	rows, err := b.DB.Query(ctx, bearerSQL, pgx.StrictNamedArgs{"digest": secret.digest(), "now": b.now()})
	if err != nil {
		return p, fmt.Errorf("find a token: %w", err)
	}
	_, err = pgx.CollectExactlyOneRow(rows, func(row pgx.CollectableRow) (struct{}, error) {
		return struct{}{}, row.Scan(append(personFields(&p), &p.Rights, &p.Token)...)
	})
	if errors.Is(err, pgx.ErrNoRows) {
		return p, unknown
	}
	if err != nil {
		return p, fmt.Errorf("find a token: %w", err)
	}
	return p, nil
}
