package account

import (
	"context"
	"strings"
	"testing"

	"hongxian/geodata"
)

var cheap = Cost{Time: 1, Memory: 8, Threads: 1}

func TestPasswordsAreKeptWithTheirCost(t *testing.T) {
	ctx := context.Background()
	kept, err := hash(ctx, "Zhang-san-2026", cheap)
	if err != nil || !strings.HasPrefix(kept, "$argon2id$v=19$m=8,t=1,p=1$") {
		t.Fatalf("kept as %q, %v", kept, err)
	}
	// Whatever passwords cost by now, the old one opens.
	for password, want := range map[string]bool{"Zhang-san-2026": true, "zhang-san-2026": false, "": false} {
		if ok, err := matches(ctx, password, kept, Cost{Time: 2, Memory: 16, Threads: 1}); ok != want || err != nil {
			t.Errorf("%q opens: %v, %v", password, ok, err)
		}
	}
	again, _ := hash(ctx, "Zhang-san-2026", cheap)
	if again == kept {
		t.Error("two accounts with one password have one hash")
	}
}

// A kept value that is empty or spoilt opens for nobody, whatever is typed.
func FuzzKeptPassword(f *testing.F) {
	good, _ := hash(context.Background(), "Zhang-san-2026", cheap)
	for _, seed := range []string{"", good, good[:len(good)-4], "$argon2id$v=19$m=8,t=1,p=1$$", "$argon2id$v=19$m=4294967295,t=1,p=1$AAAA$AAAA", "$argon2i" + good[9:]} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, kept string) {
		var salt, key []byte
		ok, c := parsePHC(kept, &salt, &key)
		if ok && (len(key) != hashBytes || c.Memory > 1<<20 || c.Time > 16 || c.Threads == 0) {
			t.Errorf("%q is taken with %+v and a key of %d bytes", kept, c, len(key))
		}
	})
}

func TestPasswordRules(t *testing.T) {
	for password, ok := range map[string]bool{
		"Ab3-efghij": true, "short1-A": false, "alllowercase": false, "Zhangsan-2026": false, // holds the name
		"a phrase of several words": true, "Password1!": false, "Aa1-Aa1-Aa1": false, "红线-Bx-2026-好": true,
		strings.Repeat("长", 129): false,
	} {
		err := judge("zhangsan", password)
		if (err == nil) != ok || err != nil && geodata.AsError(err).Code != "password-weak" {
			t.Errorf("%q: %v", password, err)
		}
	}
}

func TestSecretsDoNotShow(t *testing.T) {
	if s := newSecret(); s.String() != "…" || len(string(s)) != 52 {
		t.Errorf("the secret shows as %v", s)
	}
}
