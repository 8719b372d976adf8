package signon

import "time"

// Client asks the named origins alone.
var Client = client

// Forgive has what is known of the provider looked at anew.
func Forgive(p *Provider) {
	k := <-p.known
	k.until = time.Time{}
	p.known <- k
}
