package httpapi

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"hongxian/internal/account"
	"hongxian/internal/audit"
)

// Trail is the audit trail; see audit.Trail.
type Trail interface {
	Append(ctx context.Context, e audit.Entry) error
	List(ctx context.Context, f audit.Filter) ([]audit.Row, error)
	State(ctx context.Context) (audit.State, error)
	Verify(ctx context.Context, expect ...audit.Head) (*audit.Verification, error)
	Export(ctx context.Context, w io.Writer, before time.Time) (audit.Stretch, error)
}

// noting says how a route's requests come into the audit trail.
type noting int

const (
	// given: an entry is written before the first byte of the answer goes out.
	given noting = iota
	// itself: the operation writes its entry in its own transaction.
	itself
	// seen: counted by person, address and layer, and written by the hour.
	seen
	// unnoted: neither data nor anybody's doing.
	unnoted
)

// audited says what a route's requests are called in the audit trail. What does not
// stand here is not forgotten: a read counts as seen, anything else is given.
var audited = map[string]struct {
	action string
	how    noting
}{
	"POST /api/v1/imports":                                     {"import", itself},
	"GET /api/v1/imports":                                      {"", unnoted},
	"GET /api/v1/imports/:id":                                  {"", unnoted},
	"DELETE /api/v1/imports/:id":                               {"import.cancel", given},
	"POST /api/v1/imports/proposal":                            {"import.propose", given},
	"GET /api/v1/layers/:layer/versions/:label/export.:format": {"export", given},
	"POST /api/v1/layers/:layer/versions/:label/publish":       {"publish", itself},
	"POST /api/v1/checks":                                      {"check.ask", itself},
	"GET /api/v1/checks/:id":                                   {"record.see", itself},
	"POST /api/v1/checks/:id/again":                            {"check.ask", itself},
	"POST /api/v1/batches":                                     {"batch.ask", itself},
	"DELETE /api/v1/batches/:id":                               {"batch.end", itself},
	"GET /api/v1/jobs/:id":                                     {"", unnoted},
	"GET " + eventsPath:                                        {"", unnoted},
	"POST /api/v1/changes":                                     {"change.ask", itself},
	"GET /api/v1/changes/:id":                                  {"record.see", itself},
	"GET /api/v1/overlaps":                                     {"overlaps.ask", itself},
	"GET /api/v1/overlaps/:id":                                 {"record.see", itself},
	"POST /api/v1/stats/townships":                             {"stats.ask", itself},
	"GET /api/v1/stats/townships/:id":                          {"record.see", itself},
	"POST /api/v1/ledger":                                      {"ledger.add", itself},
	"POST /api/v1/ledger/:id/transitions":                      {"ledger.step", itself},
	"POST /api/v1/indicators":                                  {"indicators.set", itself},
	"POST /api/v1/measure":                                     {"measure", seen},
	"GET /api/v1/verify/:code":                                 {"record.see", itself},
	"GET /api/v1/audit":                                        {"audit.read", given},
	"GET /api/v1/audit/verification":                           {"audit.verify", given},
	"GET /api/v1/audit/export":                                 {"audit.export", itself},
	"GET /api/v1/session":                                      {"", unnoted},
	"POST /api/v1/session":                                     {"session.begin", given},
	"GET " + signOnPath:                                        {"session.begin", itself},
	"GET " + SignOnBack:                                        {"session.begin", itself},
	"DELETE /api/v1/session":                                   {"session.end", given},
	"POST /api/v1/session/password":                            {"password.set", given},
	"POST /api/v1/users":                                       {"user.add", given},
	"PATCH /api/v1/users/:user":                                {"user.change", given},
	"POST /api/v1/users/:user/password":                        {"password.reset", given},
	"POST /api/v1/tokens":                                      {"token.add", given},
	"DELETE /api/v1/tokens/:token":                             {"token.revoke", given},
	"GET /healthz":                                             {"", unnoted},
	"GET /readyz":                                              {"", unnoted},
	"GET /metrics":                                             {"", unnoted},
	"GET /debug/pprof/:profile":                                {"profile", given},
	"GET /openapi.json":                                        {"", unnoted},
	"GET /*":                                                   {"", unnoted},
}

// papers are routes that give a kept answer as a document when its id has an extension.
var papers = map[string]bool{"/api/v1/checks/:id": true, "/api/v1/changes/:id": true, "/api/v1/overlaps/:id": true,
	"/api/v1/stats/townships/:id": true, "/api/v1/batches/:id": true, "/api/v1/ledger/:id": true}

func notingOf(r route) (action string, how noting) {
	if n, ok := audited[r.method+" "+r.path]; ok {
		return n.action, n.how
	}
	if r.method == http.MethodGet {
		return r.path, seen
	}
	return r.method + " " + r.path, given
}

// audit brings a route's requests into the audit trail. What was refused or failed is
// written for every route but those that are only seen; of them a refusal is.
func (s *Server) audit(r route) echo.MiddlewareFunc {
	action, how := notingOf(r)
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		if s.Trail == nil || how == unnoted {
			return next
		}
		return func(c echo.Context) error {
			action, how := action, how
			if papers[r.path] && strings.Contains(c.Param("id"), ".") {
				action, how = "paper", given
			}
			if how == given {
				s.noteBefore(c, action)
			}
			err := next(c)
			switch {
			case err != nil:
				s.noteFailure(c, action, how, err)
			case how == seen:
				s.seen.note(s.by(c), seenOf(c))
			}
			return err
		}
	}
}

// by is who sends a request.
func (s *Server) by(c echo.Context) audit.By {
	by := audit.By{Address: c.RealIP(), Request: requestID(c)}
	v, ok := c.Get(visitKey).(*visit)
	switch {
	case !ok:
	case v.asking == nil && v.claimed != "":
		by.Who = "?" + v.claimed // not known, only claimed
	case v.asking != nil:
		p := v.asking.Person
		by.Who, by.Role = p.Name, string(p.Role)
		if p.Token != "" {
			by.Who += "/" + p.Token
		}
	}
	return by
}

// attribute tells the operations who is behind a request, and so what of the holdings
// is there for them. Every route passes it, whatever ends its time.
func (s *Server) attribute(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		r := c.Request()
		ctx := audit.With(r.Context(), s.by(c))
		if asking := askedBy(c); asking != nil {
			ctx = account.With(ctx, asking.Person)
		}
		c.SetRequest(r.WithContext(ctx))
		return next(c)
	}
}

// errUnaudited says that an answer was kept back because it could not be noted.
var errUnaudited = errors.New("the audit entry could not be written")

// noteBefore writes an entry when the answer begins, or keeps the answer back: the
// panic ends the handler, and the request as an internal error.
func (s *Server) noteBefore(c echo.Context, action string) {
	isNoted := false
	c.Response().Before(func() {
		if isNoted || c.Response().Status >= http.StatusBadRequest {
			return
		}
		isNoted = true
		if err := s.Trail.Append(c.Request().Context(), audit.Entry{By: s.by(c), Action: action, Object: c.Request().URL.Path}); err != nil {
			panic(errors.Join(errUnaudited, err))
		}
	})
}

// noteTime bounds the writing of an entry whose request has ended.
const noteTime = 5 * time.Second

// noteFailure writes what was asked in vain.
func (s *Server) noteFailure(c echo.Context, action string, how noting, err error) {
	e, status := problemOf(err)
	outcome := audit.Failed
	if status == http.StatusForbidden || status == http.StatusUnauthorized || status == http.StatusTooManyRequests {
		outcome = audit.Refused
	}
	if gone(c) || how == seen && status != http.StatusForbidden {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(c.Request().Context()), noteTime)
	defer cancel()
	entry := audit.Entry{By: s.by(c), Action: action, Object: c.Request().URL.Path, Outcome: outcome, Detail: map[string]any{"code": e.Code, "status": status}}
	if err := s.Trail.Append(ctx, entry); err != nil {
		s.Log.ErrorContext(ctx, "audit entry lost", "request_id", requestID(c), "action", action, "error", err)
	}
}
