package outline

import (
	"math"

	"github.com/paulmach/orb"
	"github.com/tidwall/rtree"
)

// Faces (不相交面) are the rings of a version's faces, in the plane that distances
// are measured in.
type Faces struct {
	rings rtree.RTreeG[orb.Ring]
}

// Add takes a face.
func (f *Faces) Add(face orb.Polygon) {
	for _, ring := range face {
		around := boxOf(ring)
		f.rings.Insert(around.low, around.high, ring)
	}
}

// Nearest is how far the nearest face is from a polygon that lies on none, in the
// unit of the plane. It is not certain when that is less than Clearance, when a face
// lies within the polygon, or when there is none.
func (f *Faces) Nearest(site orb.Polygon) (distance float64, certain bool) {
	near := nearing{site: site, around: boxOf(site[0]), distance: math.Inf(1)}
	swallowed := false
	f.rings.Nearby(rtree.BoxDist[float64, orb.Ring](near.around.low, near.around.high, nil),
		func(low, high [2]float64, ring orb.Ring, squared float64) bool {
			if squared > near.distance*near.distance {
				return false
			}
			near.to(ring)
			swallowed = swallowed || (box{low, high}).apart(near.around) == 0 && within(ring[0], site)
			return !swallowed
		})
	return near.distance, !swallowed && near.distance >= Clearance && !math.IsInf(near.distance, 1)
}

// nearing is the way to what is nearest to a site.
type nearing struct {
	site     orb.Polygon
	around   box
	distance float64
}

// to shortens the distance to that of a ring, if it is nearer. Of most pairs of
// segments the boxes tell that they are not.
func (n *nearing) to(ring orb.Ring) {
	n.distance = min(n.distance, n.guess(ring))
	for i := 1; i < len(ring); i++ {
		segment := boxOf(ring[i-1 : i+1])
		if segment.apart(n.around) > n.distance {
			continue
		}
		for _, own := range n.site {
			for k := 1; k < len(own); k++ {
				if boxOf(own[k-1:k+1]).apart(segment) <= n.distance {
					n.distance = min(n.distance, apart(ring[i-1], ring[i], own[k-1], own[k]))
				}
			}
		}
	}
}

// guess is the distance between two corners that are about the nearest.
func (n *nearing) guess(ring orb.Ring) float64 {
	middle := orb.Point{(n.around.low[0] + n.around.high[0]) / 2, (n.around.low[1] + n.around.high[1]) / 2}
	corner := nearest(middle, ring)
	return toPoint(corner, nearest(corner, n.site[0]))
}

// nearest is the corner of a ring nearest to a point.
func nearest(p orb.Point, ring orb.Ring) (corner orb.Point) {
	least := math.Inf(1)
	for _, q := range ring {
		dx, dy := q[0]-p[0], q[1]-p[1]
		if d := dx*dx + dy*dy; d < least {
			least, corner = d, q
		}
	}
	return corner
}
