package account_test

import (
	"context"
	"slices"
	"testing"

	"hongxian/geodata"
	"hongxian/internal/account"
)

func TestRolesHaveTheirRights(t *testing.T) {
	want := map[account.Role]string{account.Viewer: "see", account.Planner: "see ask", account.Manager: "see ask deliver",
		account.Approver: "see ask approve", account.Administrator: "see ask deliver approve administer", "janitor": ""}
	for role, list := range want {
		got := ""
		for _, r := range account.Rights {
			if role.Has(r) {
				got += " " + string(r)
			}
		}
		if got != list && got != " "+list {
			t.Errorf("%s has%s, want %s", role, got, list)
		}
	}
}

func TestATokenHasNoMoreThanItsOwner(t *testing.T) {
	p := account.Person{Role: account.Planner, Rights: []account.Right{account.See, account.Administer}}
	may := slices.DeleteFunc(slices.Clone(account.Rights), func(r account.Right) bool { return !p.May(r) })
	if !slices.Equal(may, []account.Right{account.See}) {
		t.Errorf("the token may %v, want see", may)
	}
}

func TestSightGoesWithThePerson(t *testing.T) {
	level := geodata.Restricted
	p := account.Person{Name: "li", Role: account.Viewer, Sight: geodata.Sight{Counties: []string{"500237"},
		Layers: []geodata.LayerKey{"red-line"}, Clearance: &level}}
	ctx := account.With(context.Background(), p)
	if got, ok := account.Of(ctx); !ok || got.Name != "li" {
		t.Errorf("Of = %v, %v", got, ok)
	}
	s := geodata.SightOf(ctx)
	for _, c := range []struct {
		layer   geodata.LayerKey
		secrecy geodata.Secrecy
		want    bool
	}{{"red-line", geodata.Unmarked, true}, {"red-line", geodata.Restricted, true}, {"red-line", geodata.Secret, false}, {"heritage", geodata.Unmarked, false}} {
		if s.SeesLayer(c.layer, c.secrecy) != c.want {
			t.Errorf("sees %s at %v = %v", c.layer, c.secrecy, !c.want)
		}
	}
	if s.Sees("500238") || s.Whole() {
		t.Error("a limited sight sees another county, or is whole")
	}
	if s := geodata.SightOf(context.Background()); !s.Whole() || !s.Sees("500238") {
		t.Error("without a person everything is seen")
	}
}
