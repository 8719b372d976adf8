package outline

import "github.com/paulmach/orb"

// Site (地块) is a polygon that outlines are asked about, in the plane of what it is
// held against.
type Site struct {
	polygon orb.Polygon
	rings   []chain
	around  box
}

// NewSite makes a polygon ready to be asked about.
func NewSite(polygon orb.Polygon) *Site {
	s := &Site{polygon: polygon, around: boxOf(polygon[0])}
	for _, ring := range polygon {
		s.rings = append(s.rings, chainOf(ring))
	}
	return s
}

// linkLength is how many segments of a chain have a box together.
const linkLength = 8

// chain is a ring with the boxes of its links: of most pairs of links the boxes tell
// that they are not near each other.
type chain struct {
	points orb.Ring
	boxes  []box
}

func chainOf(ring orb.Ring) chain {
	c := chain{ring, make([]box, 0, len(ring)/linkLength+1)}
	for from := 0; from < len(ring)-1; from += linkLength {
		c.boxes = append(c.boxes, boxOf(c.link(from/linkLength)))
	}
	return c
}

// link is the points of a link's segments.
func (c chain) link(i int) []orb.Point {
	from := i * linkLength
	return c.points[from:min(from+linkLength+1, len(c.points))]
}
