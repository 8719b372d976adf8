package account

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"strings"

	"golang.org/x/crypto/argon2"

	"hongxian/geodata"
)

// Cost (散列代价) is what one look at a password takes.
type Cost struct {
	Time    uint32 // passes
	Memory  uint32 // KiB
	Threads uint8
}

// DefaultCost is the second recommended option of RFC 9106, section 4.
var DefaultCost = Cost{Time: 3, Memory: 64 << 10, Threads: 4}

const (
	saltBytes = 16
	hashBytes = 32
	// atOnce bounds the memory that passwords take: each look takes Cost.Memory.
	atOnce = 2
)

// looks lets atOnce passwords be looked at.
var looks = make(chan struct{}, atOnce)

// hash gives a password as it is kept: argon2id with its parameters and salt, in the
// PHC string format, so that the cost can rise while old ones still open.
func hash(ctx context.Context, password string, c Cost) (string, error) {
	salt := make([]byte, saltBytes)
	_, _ = rand.Read(salt) // never fails
	key, err := derive(ctx, password, salt, c)
	if err != nil {
		return "", err
	}
	encode := base64.RawStdEncoding.EncodeToString
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, c.Memory, c.Time, c.Threads, encode(salt), encode(key)), nil
}

func derive(ctx context.Context, password string, salt []byte, c Cost) ([]byte, error) {
	select {
	case looks <- struct{}{}:
		defer func() { <-looks }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	return argon2.IDKey([]byte(password), salt, c.Time, c.Memory, c.Threads, hashBytes), nil
}

// matches reports whether a password is the one kept. Where none is kept it takes as
// long as if one were, so that the time does not tell.
func matches(ctx context.Context, password, kept string, c Cost) (bool, error) {
	salt, want := make([]byte, saltBytes), make([]byte, hashBytes)
	known, cost := parsePHC(kept, &salt, &want)
	if known {
		c = cost
	}
	got, err := derive(ctx, password, salt, c)
	return known && err == nil && subtle.ConstantTimeCompare(got, want) == 1, err
}

// parsePHC reads what hash wrote; parameters that a database should not hold are no hash.
func parsePHC(kept string, salt, key *[]byte) (bool, Cost) {
	var c Cost
	var version int
	parts := strings.Split(kept, "$")
	if len(parts) != 6 || parts[1] != "argon2id" {
		return false, c
	}
	if _, err := fmt.Sscanf(parts[2], "v=%d", &version); err != nil || version != argon2.Version {
		return false, c
	}
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &c.Memory, &c.Time, &c.Threads); err != nil {
		return false, c
	}
	s, err := base64.RawStdEncoding.DecodeString(parts[4])
	k, err2 := base64.RawStdEncoding.DecodeString(parts[5])
	if err != nil || err2 != nil || len(k) != hashBytes || c.Time < 1 || c.Time > 16 || c.Threads < 1 || c.Memory < 8 || c.Memory > 1<<20 {
		return false, c
	}
	*salt, *key = s, k
	return true, c
}

// Shortest and Longest bound a password, in characters; from Phrase on the kinds of
// its characters no longer matter.
const (
	Shortest = 10
	Longest  = 128
	Phrase   = 20
)

// common are what is tried first.
var common = []string{"password", "passw0rd", "p@ssw0rd", "qwertyuiop", "1q2w3e4r", "1qaz2wsx", "123456789", "admin123", "admin@123",
	"letmein", "welcome", "iloveyou", "abc123", "hongxian", "hxadmin", "woaini", "5201314", "88888888", "66666666", "00000000"}

// judge says whether a password may be set. Errors: Invalid with the rule.
func judge(name, password string) error {
	letters := []rune(password)
	lower := strings.ToLower(password)
	switch {
	case len(letters) < Shortest || len(letters) > Longest:
		return weak(fmt.Sprintf("密码应为 %d 至 %d 个字符。", Shortest, Longest), fmt.Sprintf("A password has %d to %d characters.", Shortest, Longest))
	case strings.Contains(lower, strings.ToLower(name)):
		return weak("密码不能含有用户名。", "A password does not hold the account's name.")
	case len(letters) < Phrase && kindsOf(letters) < 3:
		return weak(fmt.Sprintf("密码应含大写字母、小写字母、数字、其他字符中的至少三类；%d 个字符以上的不限。", Phrase),
			fmt.Sprintf("A password holds three of: capitals, small letters, digits, other characters; from %d characters on anything goes.", Phrase))
	}
	for _, c := range common {
		if strings.Contains(lower, c) && len(letters) < len(c)+6 {
			return weak("密码过于常见，请换一个。", "This password is among the first that are tried; choose another.")
		}
	}
	if distinct(letters) < 5 {
		return weak("密码中不同的字符太少。", "The password has too few different characters.")
	}
	return nil
}

func kindsOf(letters []rune) int {
	var kinds [4]int
	for _, r := range letters {
		switch {
		case r >= 'a' && r <= 'z':
			kinds[0] = 1
		case r >= 'A' && r <= 'Z':
			kinds[1] = 1
		case r >= '0' && r <= '9':
			kinds[2] = 1
		default:
			kinds[3] = 1
		}
	}
	return kinds[0] + kinds[1] + kinds[2] + kinds[3]
}

func distinct(letters []rune) int {
	seen := map[rune]bool{}
	for _, r := range letters {
		seen[r] = true
	}
	return len(seen)
}

func weak(zh, en string) error {
	return &geodata.Error{Kind: geodata.Invalid, Code: "password-weak", ZH: zh, EN: en}
}
