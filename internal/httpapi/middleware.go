package httpapi

import (
	"context"
	"crypto/rand"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"time"

	"github.com/labstack/echo-contrib/echoprometheus"
	"github.com/labstack/echo/v4"
	"github.com/labstack/echo/v4/middleware"

	"hongxian/geodata"
	"hongxian/internal/account"
)

// middleware is what every request passes, outermost first.
func (s *Server) middleware() []echo.MiddlewareFunc {
	return []echo.MiddlewareFunc{
		identify,
		s.log,
		s.measure(),
		s.answerErrors,
		middleware.RecoverWithConfig(middleware.RecoverConfig{
			DisableStackAll: true, DisableErrorHandler: true,
			LogErrorFunc: func(c echo.Context, err error, stack []byte) error {
				s.Log.ErrorContext(c.Request().Context(), "panic", "request_id", requestID(c), "trace_id", traceID(c), "error", err, "stack", string(stack))
				return err
			}}),
		secureHeaders,
		s.limitAddress,
		s.refuseForeign,
		middleware.GzipWithConfig(middleware.GzipConfig{MinLength: 1024, Skipper: compressesItself}),
	}
}

// visitKey names what identify tells the others of a request.
const visitKey = "visit"

// visit is a request's id, its trace, the context it came with, before any deadline of
// ours, and who asks, once that was found out.
type visit struct {
	id      string
	trace   string
	start   context.Context
	asking  *account.Session
	claimed string // the name that somebody tried to sign in with
}

var plainRequestID = regexp.MustCompile(`^[0-9A-Za-z._-]{8,64}$`)

// identify gives a request its id, or keeps the one a proxy gave it.
func identify(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		id := c.Request().Header.Get(echo.HeaderXRequestID)
		if id == "" || !plainRequestID.MatchString(id) {
			id = rand.Text()
		}
		c.Set(visitKey, &visit{id: id, trace: traceOf(c.Request().Header.Get("Traceparent")), start: c.Request().Context()})
		c.Response().Header().Set(echo.HeaderXRequestID, id)
		return next(c)
	}
}

func requestID(c echo.Context) string {
	if v, ok := c.Get(visitKey).(*visit); ok {
		return v.id
	}
	return ""
}

// gone reports whether the client left: its connection's context ended, which a
// deadline of our own does not do.
func gone(c echo.Context) bool {
	v, ok := c.Get(visitKey).(*visit)
	return ok && v.start.Err() != nil
}

// log writes one line a request. The query is left out: it may name a site.
func (s *Server) log(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		start := time.Now()
		err := next(c)
		ctx, handler := c.Request().Context(), s.Log.Handler()
		if !handler.Enabled(ctx, slog.LevelInfo) {
			return err
		}
		now := time.Now()
		line := slog.NewRecord(now, slog.LevelInfo, "request", 0) // where in the source says nothing here
		line.AddAttrs(
			slog.String("request_id", requestID(c)), slog.String("trace_id", traceID(c)), slog.String("method", c.Request().Method),
			slog.String("path", c.Request().URL.Path), slog.String("route", c.Path()),
			slog.Int("status", c.Response().Status), slog.Int64("bytes", c.Response().Size),
			slog.Duration("time", now.Sub(start)), slog.String("remote", c.Request().RemoteAddr))
		_ = handler.Handle(ctx, line) // there is nowhere else to say so
		return err
	}
}

// measure counts requests by route, never by what a client can make up.
func (s *Server) measure() echo.MiddlewareFunc {
	return echoprometheus.NewMiddlewareWithConfig(echoprometheus.MiddlewareConfig{
		Namespace: "hongxian", Subsystem: "http", Registerer: s.registry, DoNotUseRequestPathFor404: true,
		LabelFuncs: map[string]echoprometheus.LabelValueFunc{
			"host":   func(echo.Context, error) string { return "" },
			"method": func(c echo.Context, _ error) string { return knownMethod(c.Request().Method) },
		},
		StatusCodeResolver: func(c echo.Context, _ error) int { return c.Response().Status },
	})
}

func knownMethod(m string) string {
	if slices.Contains([]string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}, m) {
		return m
	}
	return "other"
}

// answerErrors writes errors out inside the log and the metrics, so that both see
// the status that was sent.
func (s *Server) answerErrors(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		if err := next(c); err != nil {
			s.writeProblem(err, c)
		}
		return nil
	}
}

// contentSecurity lets the page load nothing but itself: no network is needed.
const contentSecurity = "default-src 'self'; script-src 'self'; worker-src 'self'; style-src 'self' 'unsafe-inline'; " +
	"img-src 'self' data: blob:; connect-src 'self'; font-src 'self' data:; object-src 'none'; base-uri 'self'; frame-ancestors 'self'"

// secure are headers of every answer, secureDocument of what a browser may show as a
// document besides. Their values are shared by all answers: they are replaced, never
// changed.
var (
	secure = http.Header{
		"X-Content-Type-Options":       {"nosniff"},
		"Cross-Origin-Resource-Policy": {"same-origin"},
		"Cache-Control":                {"no-store"}, // handlers of what may be kept say so
	}
	secureDocument = http.Header{
		"Content-Security-Policy":    {contentSecurity},
		"Referrer-Policy":            {"same-origin"},
		"Cross-Origin-Opener-Policy": {"same-origin"},
	}
)

func secureHeaders(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		h := c.Response().Header()
		maps.Copy(h, secure)
		if c.Path() != tilePath {
			maps.Copy(h, secureDocument)
		}
		return next(c)
	}
}

// repeatable are the query parameters that may be given several times.
var repeatable = []string{"against", "choice", "pair", "union"}

// strictQuery refuses parameters the route does not know and repeated ones: a
// misspelt option must not silently change an answer.
func strictQuery(known []string) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			if c.Request().URL.RawQuery == "" {
				return next(c)
			}
			for name, values := range c.QueryParams() {
				if !slices.Contains(known, name) && !slices.Contains(known, anyQuery[0]) {
					return invalid("parameter-unknown", fmt.Sprintf("不认识的查询参数“%.40s”。", name),
						fmt.Sprintf("Unknown query parameter %.40q.", name))
				}
				if len(values) > 1 && !slices.Contains(repeatable, name) {
					return invalid("parameter-repeated", fmt.Sprintf("查询参数“%s”只能给一次。", name),
						fmt.Sprintf("The query parameter %q may be given once.", name))
				}
			}
			return next(c)
		}
	}
}

func bodyLimit(limit int64) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			r := c.Request()
			if limit > 0 && r.ContentLength > limit {
				return bodyTooLarge(limit, nil)
			}
			if r.Body != nil && r.Body != http.NoBody {
				r.Body = http.MaxBytesReader(c.Response().Writer, r.Body, limit)
			}
			return next(c)
		}
	}
}

// deadline ends the request's context, and with it its SQL.
func deadline(d time.Duration) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			ctx, cancel := context.WithTimeout(c.Request().Context(), d)
			defer cancel()
			c.SetRequest(c.Request().WithContext(ctx))
			err := next(c)
			if err != nil && ctx.Err() == context.DeadlineExceeded && !geodata.IsKind(err, geodata.Unavailable) {
				return fmt.Errorf("%w: %w", context.DeadlineExceeded, hideKind{err})
			}
			return err
		}
	}
}

// hideKind keeps an error's text for the log while its own kind no longer counts:
// after the deadline every failure is the deadline's.
type hideKind struct{ error }
