package signon

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
)

// Ticket (登录凭条) is what a browser holds between leaving for the provider and coming
// back: 260 random bits. Whoever sees the addresses of the flow learns nothing of it.
type Ticket string

// ticketLength is that of the text of a ticket.
const ticketLength = 52

// NewTicket makes a ticket.
func NewTicket() Ticket { return Ticket(rand.Text() + rand.Text()) }

// String hides the ticket from logs.
func (t Ticket) String() string { return "…" }

// derive gives a value of the flow: 43 letters, digits, - and _, as a verifier of PKCE
// must be.
func (t Ticket) derive(purpose string) string {
	mac := hmac.New(sha256.New, []byte(t))
	mac.Write([]byte(purpose))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

func (t Ticket) state() string    { return t.derive("state") }
func (t Ticket) nonce() string    { return t.derive("nonce") }
func (t Ticket) verifier() string { return t.derive("verifier") }

// vouchesFor reports whether a state that came back is this ticket's.
func (t Ticket) vouchesFor(state string) bool {
	return len(t) == ticketLength && subtle.ConstantTimeCompare([]byte(state), []byte(t.state())) == 1
}
