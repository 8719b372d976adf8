package account_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"hongxian/geodata"
	"hongxian/internal/account"
)

func voucher(once string) account.Voucher {
	return account.Voucher{Issuer: "https://id.example", Subject: "s-1", Once: once, Name: "Zhang@county.example", Title: "张三\r\n", Ruled: true, Role: account.Planner}
}

// An account is whose issuer and subject they are; names and titles that the issuer
// changes, or somebody else has, make no difference.
func TestAccountsOfVouchersAreFoundBySubject(t *testing.T) {
	b, ctx := newBench(t), context.Background()
	first, made, err := b.SignInVouched(ctx, voucher("1"))
	if err != nil || !made || !strings.HasPrefix(first.Person.Name, "zhang-") || first.Person.Title != "张三" || first.Person.Role != account.Planner {
		t.Fatalf("%+v, %v, %v", first.Person, made, err) // zhang is somebody else
	}
	renamed := voucher("2")
	renamed.Name, renamed.Role = "root", account.Viewer
	second, made, err := b.SignInVouched(ctx, renamed)
	if err != nil || made || second.Person.ID != first.Person.ID || second.Person.Role != account.Viewer || second.Secret == first.Secret {
		t.Errorf("%+v, %v, %v", second.Person, made, err)
	}
	if who, err := b.Who(ctx, first.Secret); err != nil || who.Person.Role != account.Viewer {
		t.Errorf("the first session: %+v, %v", who.Person, err)
	}
	elsewhere := voucher("3")
	elsewhere.Issuer, elsewhere.Name = "https://other.example", "张三"
	if other, made, err := b.SignInVouched(ctx, elsewhere); err != nil || !made || other.Person.ID == first.Person.ID || !strings.HasPrefix(other.Person.Name, "u-") {
		t.Errorf("the same subject of another issuer: %+v, %v, %v", other.Person, made, err)
	}
	if _, c := b.signIn(first.Person.Name, "", "10.0.0.1"); c != "sign-in-failed" {
		t.Errorf("with an empty password: %q", c)
	}
}

// A voucher counts once, however often it is shown at the same time.
func TestAVoucherCountsOnce(t *testing.T) {
	b, ctx := newBench(t), context.Background()
	results := make(chan error)
	for range 8 {
		go func() {
			_, _, err := b.SignInVouched(ctx, voucher("1"))
			results <- err
		}()
	}
	let := 0
	for range 8 {
		switch c := code(<-results); c {
		case "":
			let++
		case "sign-on-spent":
		default:
			t.Errorf("refused with %q", c)
		}
	}
	if let != 1 {
		t.Errorf("let in %d times", let)
	}
	b.now = b.now.Add(25 * time.Hour)
	if _, _, err := b.SignInVouched(ctx, voucher("2")); err != nil {
		t.Error(err)
	}
	var kept int
	if err := b.DB.QueryRow(ctx, "select count(*) from sign_in_once").Scan(&kept); err != nil || kept != 1 {
		t.Errorf("%d are kept, %v", kept, err)
	}
}

// Without a role nobody is let in, and what they had is over.
func TestWhoeverLosesTheirRole(t *testing.T) {
	b, ctx := newBench(t), context.Background()
	s, _, err := b.SignInVouched(ctx, voucher("1"))
	if err != nil {
		t.Fatal(err)
	}
	lost := voucher("2")
	lost.Role = account.None
	if _, _, err := b.SignInVouched(ctx, lost); code(err) != "role-missing" || !geodata.IsKind(err, geodata.Refused) {
		t.Errorf("%v", err)
	}
	if who, err := b.Who(ctx, s.Secret); err != nil || who.Person.May(account.See) {
		t.Errorf("%+v may still see, %v", who.Person, err)
	}
	if _, _, err := b.SignInVouched(ctx, account.Voucher{Issuer: "https://id.example"}); err == nil {
		t.Error("a voucher for nobody was taken")
	}
}
