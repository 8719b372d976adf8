package geodata

import (
	"errors"
	"fmt"
	"strings"

	"github.com/paulmach/orb"
)

// Kind sorts errors by what the caller can do about them. HTTP status codes and
// exit codes derive from it, each in one place.
type Kind string

// The kinds. The zero value means Internal.
const (
	Internal    Kind = ""            // our fault: the log has the cause
	Invalid     Kind = "invalid"     // the input is wrong: mend it and try again
	NotFound    Kind = "not-found"   // nothing of that name is held
	Conflict    Kind = "conflict"    // the state does not allow it (now)
	TooLarge    Kind = "too-large"   // beyond a documented limit
	Refused     Kind = "refused"     // asked and answered: no
	Unknown     Kind = "unknown"     // who is asking? sign in first
	Unavailable Kind = "unavailable" // try again later
)

// Error is an error fit to be shown: its kind, a stable code, one Chinese and
// one English sentence that say what is wrong, where, and how to mend it, and
// the cause, which only the log sees.
type Error struct {
	Kind   Kind
	Code   string     // stable, kebab-case: the problem type's last segment
	ZH, EN string     // sentences for the user, with their full stop
	Record int        // 1-based record number in the file, 0 when none applies
	At     *orb.Point // where, east first, in the input's own coordinates
	Err    error      // the cause, for the log
}

// Error joins the English sentence and the cause, for logs and tests.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(strings.TrimSuffix(e.EN, "."))
	if e.Record > 0 {
		fmt.Fprintf(&b, " (record %d)", e.Record)
	}
	if e.At != nil {
		fmt.Fprintf(&b, " at (%.10g %.10g)", e.At[0], e.At[1])
	}
	if e.Err != nil {
		fmt.Fprintf(&b, ": %v", e.Err)
	}
	return b.String()
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Err }

// AsError finds the Error in err's chain. An error that carries none is
// Internal: its text is for the log, not for the user.
func AsError(err error) *Error {
	var e *Error
	if errors.As(err, &e) {
		return e
	}
	return &Error{Kind: Internal, Code: "internal",
		ZH: "系统内部错误，未给出结果；详情见服务日志。", EN: "Internal error; no result was given. See the server's log.", Err: err}
}

// IsKind reports whether err carries an Error of kind k.
func IsKind(err error, k Kind) bool {
	var e *Error
	return errors.As(err, &e) && e.Kind == k
}
