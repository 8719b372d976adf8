package account

import (
	"context"
	"slices"

	"hongxian/geodata"
)

// LocalName names whoever sits at the machine itself where no account asks.
const LocalName = "local"

// Person (人员) is who is asking.
type Person struct {
	ID    int64  // of the account; 0: the local user, who has none
	Name  string // what is signed in with: letters, digits, . _ -
	Title string // 姓名, as it is shown
	Role  Role
	Sight geodata.Sight
	// Rights, unless nil, are all that an API token may do of what its owner may.
	Rights []Right
	Token  string // the token's shown prefix; empty for a person at a browser
}

// Local is the local user: whoever can reach a loopback address of this machine.
func Local() Person { return Person{Name: LocalName, Title: "本机用户", Role: Administrator} }

// May reports whether the person has a right.
func (p Person) May(r Right) bool {
	return p.Role.Has(r) && (p.Rights == nil || slices.Contains(p.Rights, r))
}

type personKey struct{}

// With tells what is done under ctx who asked and, with that, what may be seen.
func With(ctx context.Context, p Person) context.Context {
	return geodata.WithSight(context.WithValue(ctx, personKey{}, p), p.Sight)
}

// Of is who asked; false where nobody did: a command, a job of the server's own.
func Of(ctx context.Context) (Person, bool) {
	p, ok := ctx.Value(personKey{}).(Person)
	return p, ok
}
