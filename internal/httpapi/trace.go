package httpapi

import (
	"crypto/rand"
	"encoding/hex"
	"regexp"
	"strings"

	"github.com/labstack/echo/v4"
)

// traceparent is a W3C trace context: version, trace, parent, flags. A later version
// may add fields behind the flags.
var traceparent = regexp.MustCompile(`^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}(-.*)?$`)

// traceOf is the trace (链路) a request belongs to: the one a proxy or client names in
// its traceparent header, or else one that begins here. 32 hexadecimal digits.
func traceOf(header string) string {
	m := traceparent.FindStringSubmatch(header)
	if m != nil && m[1] != "ff" && (m[1] != "00" || m[4] == "") && strings.Trim(m[2], "0") != "" && strings.Trim(m[3], "0") != "" {
		return m[2]
	}
	var id [16]byte
	rand.Read(id[:]) // never fails
	return hex.EncodeToString(id[:])
}

// traceID is the trace of a request, as in the log.
func traceID(c echo.Context) string {
	if v, ok := c.Get(visitKey).(*visit); ok {
		return v.trace
	}
	return ""
}
