// Package signon (统一认证) has people vouched for by the county's own identity
// provider, over OpenID Connect: the authorization code flow with PKCE, a state and a
// nonce.
//
// The state, the nonce and the verifier of PKCE are derived from a Ticket (登录凭条)
// that only the browser holds, so that the service keeps nothing of sign-ins that are
// begun and never ended; what the provider sends back opens nothing in another browser.
//
// Only the origins that the operator named are ever asked, directly and without
// following redirects, whatever the provider's own documents say. The provider is first
// asked when somebody signs in: the service starts without it.
package signon
