package geodata

import (
	"errors"
	"fmt"
	"strings"
	"syscall"

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

// AsError finds the Error in err's chain. One that carries none is Unavailable where
// a disk is full, which its owner can mend, and otherwise Internal: its text is for the
// log, not for the user.
func AsError(err error) *Error {
	var e *Error
	if errors.As(err, &e) {
		return e
	}
	if diskFull(err) {
		return &Error{Kind: Unavailable, Code: "disk-full",
			ZH: "服务器磁盘空间不足，没有完成，也没有存下任何内容；请管理员腾出空间后重试。",
			EN: "A disk of the server is full: this was not done, and nothing of it is kept. Have the administrator make room, then try again.", Err: err}
	}
	return &Error{Kind: Internal, Code: "internal",
		ZH: "系统内部错误，未给出结果；详情见服务日志。", EN: "Internal error; no result was given. See the server's log.", Err: err}
}

// diskFull says whether a file or the database found no room: ENOSPC, EDQUOT, or
// PostgreSQL's condition disk_full.
func diskFull(err error) bool {
	var state interface{ SQLState() string }
	return errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) || errors.As(err, &state) && state.SQLState() == "53100"
}

// IsKind reports whether err carries an Error of kind k.
func IsKind(err error, k Kind) bool {
	var e *Error
	return errors.As(err, &e) && e.Kind == k
}
