package httpapi

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/labstack/echo/v4"

	"hongxian/geodata"
	"hongxian/internal/turn"
)

// heavy names the routes whose work waits for its turn. A batch waits for it when its
// file has arrived (createBatch). Publishing, importing and
// tables that are kept go on after their request and have queues of their own.
var heavy = map[string]bool{
	"POST /api/v1/changes":                                     true,
	"GET /api/v1/overlaps":                                     true,
	"GET /api/v1/stats/townships":                              true,
	"GET /api/v1/verify/:code":                                 true,
	"GET /api/v1/layers/:layer/versions/:label/export.:format": true,
}

// takeTurns has heavy work wait for its turn, by person, and gives up after a while
// with the place in the queue.
func (s *Server) takeTurns(r route) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		isHeavy, isPaper := heavy[r.method+" "+r.path], papers[r.path]
		if !isHeavy && !isPaper {
			return next
		}
		return func(c echo.Context) error {
			if !isHeavy && !strings.Contains(c.Param("id"), ".") || c.Request().Method == http.MethodHead {
				return next(c)
			}
			return s.inTurn(c, func() error { return next(c) })
		}
	}
}

// inTurn does heavy work when its turn has come. The turn ends with the work, not when
// the client has taken the answer.
func (s *Server) inTurn(c echo.Context, do func() error) error {
	ticket := s.turns.Join(lineOf(c))
	if ticket == nil {
		return s.queueFull()
	}
	defer ticket.Done()
	if err := s.await(c.Request().Context(), ticket); err != nil {
		return err
	}
	c.Response().Before(ticket.Done)
	return do()
}

// lineOf names whose line a request stands in: the account's, or without one the
// address's.
func lineOf(c echo.Context) string {
	if asking := askedBy(c); asking != nil && asking.Person.ID != 0 {
		return asking.Person.Name
	}
	return "@" + c.RealIP()
}

var errPatience = errors.New("the wait for a turn was given up")

// await waits for a turn for as long as the server is patient.
func (s *Server) await(ctx context.Context, ticket *turn.Ticket) error {
	patient, cancel := context.WithTimeoutCause(ctx, s.Limits.Patience, errPatience)
	defer cancel()
	err := ticket.Wait(patient)
	if !errors.Is(err, errPatience) {
		return err
	}
	position := ticket.Position()
	return &delayed{status: http.StatusServiceUnavailable, after: s.ahead(), position: position,
		why: &geodata.Error{Kind: geodata.Unavailable, Code: "queue-slow",
			ZH: fmt.Sprintf("同类任务较多，等候已久（排在第 %d 位），请稍后再试。", position),
			EN: fmt.Sprintf("The wait was long, at place %d of the queue; try again later.", position)}}
}

// queueFull refuses what would have to wait behind too many.
func (s *Server) queueFull() error {
	position := s.turns.Load().Waiting + 1
	return &delayed{status: http.StatusServiceUnavailable, after: s.ahead(), position: position,
		why: &geodata.Error{Kind: geodata.Unavailable, Code: "queue-full",
			ZH: fmt.Sprintf("排队的任务已满（%d 个），请稍后再试。", position-1),
			EN: fmt.Sprintf("The queue is full with %d waiting; try again later.", position-1)}}
}

// ahead is when it is worth asking again.
func (s *Server) ahead() time.Duration {
	return min(max(s.turns.Load().Ahead(s.Limits.Heavy), 2*time.Second), 2*time.Minute)
}

// arrivals counts uploads under way, in all and by address.
type arrivals struct {
	mu   sync.Mutex
	all  int
	from map[string]int
}

// begin takes one more in; false where too many are under way.
func (u *arrivals) begin(address string, atHome bool) bool {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.from == nil {
		u.from = map[string]int{}
	}
	if u.all >= uploadsAtOnce || !atHome && u.from[address] >= uploadsEach {
		return false
	}
	u.all++
	u.from[address]++
	return true
}

func (u *arrivals) end(address string) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.all--
	if u.from[address]--; u.from[address] <= 0 {
		delete(u.from, address)
	}
}

func (u *arrivals) count() int {
	u.mu.Lock()
	defer u.mu.Unlock()
	return u.all
}

// limitUploads bounds how many bodies that may be large are taken in at a time.
func (s *Server) limitUploads(r route) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		if r.body < geojsonLimit {
			return next
		}
		return func(c echo.Context) error {
			address := c.RealIP()
			if !s.uploads.begin(address, s.atHome(address)) {
				return &delayed{status: http.StatusTooManyRequests, after: 5 * time.Second, why: &geodata.Error{Kind: geodata.Unavailable, Code: "uploads-busy",
					ZH: "同时进行的上传太多，请稍后再试。", EN: "Too many uploads are under way; try again later."}}
			}
			defer s.uploads.end(address)
			return next(c)
		}
	}
}
