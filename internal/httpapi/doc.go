// Package httpapi answers over HTTP: it parses a request, asks an operation,
// encodes the result. It holds no rule of the domain.
//
// # The way of a request
//
//	request id → access log → metrics → errors become problem+json → panics become errors
//	→ foreign Host or Origin refused → security headers → gzip → the route:
//	query parameters it does not know refused → body limit → deadline → handler
//
// Every route stands in one table (routes.go) with the role and the layers it
// needs; errors turn into a status in one place (error.go). The document of the
// surface is internal/openapi.
//
// # Who may ask
//
// There are no accounts yet, so the service listens on loopback only, and refuses
// requests whose Host or Origin is not its own: a page of another site, or a name
// that was pointed at this machine, must not reach it through a browser.
//
// # Limits
//
// An uploaded file has at most 100 MiB, a GeoJSON body 20 MiB, a form field 1 KiB,
// headers 64 KB. A request has 30 s, an upload with its check two minutes; when it
// ends, or its client leaves, its SQL is cancelled.
package httpapi
