package httpapi

import (
	"net/http/pprof"
	"slices"
	"strconv"

	"github.com/labstack/echo/v4"
)

// profiles are those that may be asked for. The command line is not: it may name a
// database with its password.
var profiles = []string{"allocs", "block", "goroutine", "heap", "mutex", "profile", "threadcreate", "trace"}

// longestProfile is for how many seconds at most a profile is taken.
const longestProfile = 60

// readProfile (运行剖析) tells what the program is doing, in the form of go tool pprof.
func (s *Server) readProfile(c echo.Context) error {
	name := param(c, "profile")
	if !slices.Contains(profiles, name) {
		return notFound("profile-unknown", "没有这种剖析。", "There is no such profile.")
	}
	if text := c.QueryParam("seconds"); text != "" {
		if n, err := strconv.Atoi(text); err != nil || n < 1 || n > longestProfile {
			return invalid("seconds-malformed", "seconds 应为 1 至 60 的整数。", "seconds is a whole number from 1 to 60.")
		}
	}
	switch name {
	case "profile":
		pprof.Profile(c.Response(), c.Request())
	case "trace":
		pprof.Trace(c.Response(), c.Request())
	default:
		pprof.Handler(name).ServeHTTP(c.Response(), c.Request())
	}
	return nil
}
