// Command issuer is an OpenID provider for tests: the example of zitadel/oidc, which is a
// certified implementation, on a free port of loopback, with the people of a file.
//
//	issuer PEOPLE.json CLIENT SECRET REDIRECT
//
// It prints its issuer's address and runs until it is killed.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"

	"github.com/zitadel/oidc/v3/example/server/exampleop"
	"github.com/zitadel/oidc/v3/example/server/storage"
	"github.com/zitadel/oidc/v3/pkg/oidc"
)

// person is one who can sign in here; their groups come as the claim groups, which the
// provider tells at its userinfo endpoint alone, as it does names.
type person struct {
	storage.User
	Groups []string
}

// people implements storage.UserStore.
type people map[string]*person

func (p people) GetUserByID(id string) *storage.User {
	if found, ok := p[id]; ok {
		return &found.User
	}
	return nil
}

func (p people) GetUserByUsername(name string) *storage.User {
	for _, found := range p {
		if found.Username == name {
			return &found.User
		}
	}
	return nil
}

func (p people) ExampleClientID() string { return storage.ServiceUserID }

// held adds the groups.
type held struct {
	*storage.Storage
	people people
}

// SetUserinfoFromToken implements op.Storage.
func (h held) SetUserinfoFromToken(ctx context.Context, info *oidc.UserInfo, token, subject, origin string) error {
	if err := h.Storage.SetUserinfoFromToken(ctx, info, token, subject, origin); err != nil {
		return err
	}
	info.AppendClaims("realm", map[string]any{"groups": h.people[subject].Groups})
	return nil
}

func main() {
	if err := serve(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "issuer:", err)
		os.Exit(1)
	}
}

func serve(args []string) error {
	if len(args) != 4 {
		return fmt.Errorf("usage: issuer PEOPLE.json CLIENT SECRET REDIRECT")
	}
	text, err := os.ReadFile(args[0])
	if err != nil {
		return err
	}
	known := people{}
	if err := json.Unmarshal(text, &known); err != nil {
		return err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	issuer := "http://" + listener.Addr().String() + "/"
	storage.RegisterClients(storage.WebClient(args[1], args[2], args[3]))
	handler := exampleop.SetupServer(issuer, held{storage.NewStorage(known), known}, slog.New(slog.DiscardHandler), false)
	fmt.Println(issuer)
	return http.Serve(listener, handler)
}
