package account_test

import (
	"context"
	"os"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"hongxian/geodata"
	"hongxian/internal/account"
	"hongxian/internal/pgtest"
)

func TestStatementsPrepare(t *testing.T) { pgtest.Prepare(t, os.DirFS("sql")) }

// bench is a book whose clock the test moves, with an administrator in it.
type bench struct {
	*account.Book
	t   *testing.T
	now time.Time
}

const zhangPassword = "Red-line-2026"

func newBench(t *testing.T) *bench {
	b := &bench{Book: &account.Book{DB: pgtest.New(t), Cost: account.Cost{Time: 1, Memory: 8, Threads: 1}}, t: t,
		now: time.Date(2026, 11, 26, 8, 0, 0, 0, time.UTC)}
	b.Now = func() time.Time { return b.now }
	b.add(account.Account{Name: "root", Role: account.Administrator}, "Cty-2026-first")
	b.add(account.Account{Name: "zhang", Role: account.Planner}, zhangPassword)
	return b
}

func (b *bench) add(a account.Account, password string) string {
	b.t.Helper()
	oneTime, err := b.Add(context.Background(), a, password)
	if err != nil {
		b.t.Fatal(err)
	}
	return oneTime
}

func (b *bench) signIn(name, password, address string) (account.Session, string) {
	b.t.Helper()
	s, err := b.SignIn(context.Background(), name, password, address)
	return s, code(err)
}

func code(err error) string {
	if err == nil {
		return ""
	}
	return geodata.AsError(err).Code
}

func TestSessionsEnd(t *testing.T) {
	b, ctx := newBench(t), context.Background()
	s, c := b.signIn(" Zhang ", zhangPassword, "10.0.0.1")
	if c != "" {
		t.Fatal(c)
	}
	who := func(want string) {
		t.Helper()
		if found, err := b.Who(ctx, s.Secret); code(err) != want || want == "" && found.Person.Name != "zhang" {
			t.Errorf("at %v: %+v, %v", b.now, found.Person, err)
		}
	}
	begun := b.now
	who("")
	for b.now.Sub(begun) < account.AbsoluteTime-time.Hour {
		b.now = b.now.Add(account.IdleTime - time.Minute) // used again and again
		if b.now.Sub(begun) < account.AbsoluteTime {
			who("")
		}
	}
	b.now = begun.Add(account.AbsoluteTime)
	who("session-unknown") // for all that
	s, _ = b.signIn("zhang", zhangPassword, "10.0.0.1")
	b.now = b.now.Add(account.IdleTime + time.Second)
	who("session-unknown") // unused

	s, _ = b.signIn("zhang", zhangPassword, "10.0.0.1")
	if err := b.SignOut(ctx, s.Secret); err != nil {
		t.Fatal(err)
	}
	who("session-unknown")

	s, _ = b.signIn("zhang", zhangPassword, "10.0.0.1")
	if err := b.Change(ctx, account.Account{Name: "zhang", Role: account.Planner, Disabled: true}); err != nil {
		t.Fatal(err)
	}
	who("session-unknown")
	if _, c := b.signIn("zhang", zhangPassword, "10.0.0.1"); c != "sign-in-failed" {
		t.Errorf("a disabled account signs in: %q", c)
	}
}

// Whoever plants a secret in a browser beforehand has nothing: a sign-in makes its own,
// and the database does not hold it.
func TestSessionFixation(t *testing.T) {
	b, ctx := newBench(t), context.Background()
	first, _ := b.signIn("zhang", zhangPassword, "10.0.0.1")
	second, _ := b.signIn("zhang", zhangPassword, "10.0.0.1")
	if first.Secret == second.Secret {
		t.Fatal("two sign-ins have one secret")
	}
	var found bool
	if err := b.DB.QueryRow(ctx, "select exists (select from account_session where digest = convert_to($1, 'UTF8'))", string(first.Secret)).Scan(&found); err != nil || found {
		t.Errorf("the database holds the secret itself: %v, %v", found, err)
	}
	if _, err := b.SetPassword(ctx, "zhang", "Other-line-2027", second.Secret); err != nil {
		t.Fatal(err)
	}
	if _, err := b.Who(ctx, first.Secret); code(err) != "session-unknown" {
		t.Errorf("a session outlives the password: %v", err)
	}
	if _, err := b.Who(ctx, second.Secret); err != nil {
		t.Errorf("the session that set the password ended: %v", err)
	}
}

func TestOneTimePasswordOpensOnce(t *testing.T) {
	b, ctx := newBench(t), context.Background()
	oneTime := b.add(account.Account{Name: "li", Role: account.Viewer}, "")
	s, c := b.signIn("li", oneTime, "10.0.0.1")
	if c != "" || !s.OneTime {
		t.Fatalf("%q, one time: %v", c, s.OneTime)
	}
	if _, c := b.signIn("li", oneTime, "10.0.0.1"); c != "sign-in-failed" {
		t.Errorf("it opens twice: %q", c)
	}
	if _, err := b.SetPassword(ctx, "li", "Li-liu-2026-x", s.Secret); code(err) != "password-weak" {
		t.Errorf("a password with the name in it: %v", err)
	}
	if _, err := b.SetPassword(ctx, "li", "Six-hills-2026", s.Secret); err != nil {
		t.Fatal(err)
	}
	if found, err := b.Who(ctx, s.Secret); err != nil || found.OneTime {
		t.Errorf("after a password is set: one time %v, %v", found.OneTime, err)
	}
}

// Guessing is slowed from one address, whoever is guessed, and the name too; an unknown
// name is answered as a known one is.
func TestBruteForce(t *testing.T) {
	b := newBench(t)
	for _, name := range []string{"zhang", "nobody"} {
		for i := 1; i <= 5; i++ {
			if _, c := b.signIn(name, "wrong", "10.0.0.9"); c != "sign-in-failed" {
				t.Fatalf("%s, attempt %d: %q", name, i, c)
			}
		}
		if _, c := b.signIn(name, zhangPassword, "10.0.0.9"); c != "sign-in-locked" {
			t.Errorf("%s after five failures: %q", name, c)
		}
	}
	if _, c := b.signIn("zhang", zhangPassword, "10.0.0.1"); c != "" {
		t.Errorf("from another address: %q", c)
	}
	b.now = b.now.Add(30*time.Second + time.Millisecond)
	if _, c := b.signIn("zhang", "wrong", "10.0.0.9"); c != "sign-in-failed" {
		t.Errorf("after the first wait: %q", c)
	}
	b.now = b.now.Add(30*time.Second + time.Millisecond)
	if _, c := b.signIn("zhang", zhangPassword, "10.0.0.9"); c != "sign-in-locked" {
		t.Errorf("the second wait is no longer than the first: %q", c)
	}
	b.now = b.now.Add(31 * time.Second)
	if _, c := b.signIn("zhang", zhangPassword, "10.0.0.9"); c != "" {
		t.Errorf("after the second wait: %q", c)
	}
	if _, c := b.signIn("zhang", "wrong", "10.0.0.9"); c != "sign-in-failed" {
		t.Errorf("a success forgives: %q", c)
	}
}

// An address that tries one name after another is slowed as well.
func TestPasswordSpraying(t *testing.T) {
	b := newBench(t)
	refused := ""
	for i := range 40 {
		if _, refused = b.signIn("user"+string(rune('a'+i%26))+string(rune('a'+i/26)), "Spring-2026", "10.0.0.9"); refused == "sign-in-locked" {
			if i != 30 {
				t.Errorf("slowed after %d names", i)
			}
			return
		}
	}
	t.Errorf("forty names later: %q", refused)
}

// Guesses made at once count each.
func TestParallelGuesses(t *testing.T) {
	b := newBench(t)
	var looked atomic.Int32
	var all sync.WaitGroup
	for range 24 {
		all.Go(func() {
			_, err := b.SignIn(context.Background(), "zhang", "wrong", "10.0.0.9")
			if code(err) == "sign-in-failed" {
				looked.Add(1)
			}
		})
	}
	all.Wait()
	if looked.Load() != 5 {
		t.Errorf("%d guesses were looked at, want 5", looked.Load())
	}
}

func TestTokens(t *testing.T) {
	b, ctx := newBench(t), context.Background()
	if _, _, err := b.AddToken(ctx, account.Token{Owner: "zhang", Name: "x", Rights: []account.Right{account.Approve}}); code(err) != "token-rights" {
		t.Errorf("a planner's token may approve: %v", err)
	}
	over := b.now.Add(time.Hour)
	made, secret, err := b.AddToken(ctx, account.Token{Owner: "zhang", Name: "QGIS", Rights: []account.Right{account.See}, Expires: &over})
	if err != nil {
		t.Fatal(err)
	}
	p, err := b.Bearer(ctx, secret)
	if err != nil || p.Name != "zhang" || p.Token != made.Prefix || !p.May(account.See) || p.May(account.Ask) {
		t.Errorf("%+v, %v", p, err)
	}
	for _, wrong := range []account.Secret{"", "hxt_", secret[:len(secret)-1], secret + "A"} {
		if _, err := b.Bearer(ctx, wrong); code(err) != "token-unknown" {
			t.Errorf("a token of %d characters: %v", len(wrong), err)
		}
	}
	if err := b.RevokeToken(ctx, "root", made.ID); code(err) != "token-unknown" {
		t.Errorf("one account ends the token of another: %v", err)
	}
	b.now = over
	if _, err := b.Bearer(ctx, secret); code(err) != "token-unknown" {
		t.Errorf("after its time: %v", err)
	}
	b.now = over.Add(-time.Minute)
	if err := b.RevokeToken(ctx, "zhang", made.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := b.Bearer(ctx, secret); code(err) != "token-unknown" {
		t.Errorf("revoked: %v", err)
	}
	if list, err := b.Tokens(ctx, ""); err != nil || len(list) != 1 || list[0].Owner != "zhang" || list[0].Revoked == nil {
		t.Errorf("listed: %+v, %v", list, err)
	}
}

func TestTheLastAdministratorStays(t *testing.T) {
	b, ctx := newBench(t), context.Background()
	layers := []geodata.LayerKey{"red-line"}
	for _, a := range []account.Account{{Name: "root", Role: account.Viewer}, {Name: "root", Role: account.Administrator, Disabled: true},
		{Name: "root", Role: account.Administrator, Sight: geodata.Sight{Layers: layers}}} {
		if err := b.Change(ctx, a); code(err) != "last-administrator" {
			t.Errorf("%+v: %v", a, err)
		}
	}
	b.add(account.Account{Name: "second", Role: account.Administrator}, "Six-hills-2026")
	if err := b.Change(ctx, account.Account{Name: "root", Role: account.Viewer, Sight: geodata.Sight{Layers: layers}}); err != nil {
		t.Fatal(err)
	}
	if a, err := b.Find(ctx, "root"); err != nil || a.Role != account.Viewer || !slices.Equal(a.Sight.Layers, layers) || a.Sight.Counties != nil {
		t.Errorf("%+v, %v", a, err)
	}
}
