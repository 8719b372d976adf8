package httpapi

import (
	"container/list"
	"net"
	"net/http"
	"sync"
)

// crowd bounds how many connections are open. Beyond that the one that has been idle
// longest is closed for the new one: whoever opens thousands and says nothing shuts
// nobody out. Where all are at work the new one is closed.
type crowd struct {
	most int
	each int // of one address, unless it is exempt
	free func(address string) bool

	mu    sync.Mutex
	seats map[net.Conn]*seat
	idle  list.List // of seats, idle longest first
	from  map[string]int
	shed  int64 // connections closed for others
}

type seat struct {
	conn    net.Conn
	address string
	place   *list.Element // among the idle; nil while at work
}

func newCrowd(most int, free func(string) bool) *crowd {
	return &crowd{most: most, each: max(1, most/4), free: free, seats: map[net.Conn]*seat{}, from: map[string]int{}}
}

// note is told of every connection's state by net/http.
func (c *crowd) note(conn net.Conn, state http.ConnState) {
	c.mu.Lock()
	victim := c.move(conn, state)
	c.mu.Unlock()
	if victim != nil {
		_ = victim.Close() // its own goroutine tells us of its end
	}
}

// move notes a connection's state, and names the one that has to go.
func (c *crowd) move(conn net.Conn, state http.ConnState) (victim net.Conn) {
	s := c.seats[conn]
	switch state {
	case http.StateNew:
		s = &seat{conn: conn, address: hostOf(conn)}
		c.seats[conn] = s
		c.from[s.address]++
		victim = c.tooMany(s)
		s.place = c.idle.PushBack(s)
		return victim
	case http.StateIdle:
		if s != nil && s.place == nil {
			s.place = c.idle.PushBack(s)
		}
	case http.StateActive:
		c.rise(s)
	case http.StateClosed, http.StateHijacked:
		if s != nil {
			c.rise(s)
			delete(c.seats, conn)
			if c.from[s.address]--; c.from[s.address] <= 0 {
				delete(c.from, s.address)
			}
		}
	}
	return nil
}

// rise takes a seat from among the idle.
func (c *crowd) rise(s *seat) {
	if s != nil && s.place != nil {
		c.idle.Remove(s.place)
		s.place = nil
	}
}

// tooMany finds the connection that a new one takes the place of.
func (c *crowd) tooMany(s *seat) net.Conn {
	crowded := len(c.seats) > c.most
	pushy := c.from[s.address] > c.each && !c.free(s.address)
	if !crowded && !pushy {
		return nil
	}
	c.shed++
	for e := c.idle.Front(); e != nil; e = e.Next() {
		if other := e.Value.(*seat); !pushy || other.address == s.address {
			c.rise(other)
			return other.conn
		}
	}
	return s.conn
}

func hostOf(conn net.Conn) string {
	host, _, err := net.SplitHostPort(conn.RemoteAddr().String())
	if err != nil {
		return conn.RemoteAddr().String()
	}
	return host
}

// counts are how many connections are open, how many of them idle, and how many were
// closed for others so far.
func (c *crowd) counts() (open, idle int, shed int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.seats), c.idle.Len(), c.shed
}
