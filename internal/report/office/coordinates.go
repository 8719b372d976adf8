package office

import (
	"fmt"

	"github.com/paulmach/orb"

	"hongxian/internal/report/pieces"
)

// outline is one boundary in the table of coordinates (坐标).
type outline struct {
	title  string
	points []pieces.BoundaryPoint
}

// outlines are the boundary points of the site and of every piece, and what must
// be said of them.
func (p Paper) outlines() (out []outline, notes []string) {
	s, ok := p.set()
	if !ok {
		return nil, []string{"本次输出未附坐标。"}
	}
	plane := fmt.Sprintf("EPSG:%d", s.SRID)
	if z, known := pieces.ZoneOf(s.SRID); known {
		plane += "，" + z.Chinese()
	}
	notes = []string{"坐标系：" + plane + "。X 为纵坐标（北），Y 为横坐标（东），单位米，取位 0.001 米。各圈由西北角起，外圈顺时针、内圈逆时针，末点与首点相同。"}
	lost := 0
	number := func(title string, mp orb.MultiPolygon) {
		points, gone := pieces.Boundary(mp)
		lost += gone
		if len(points) > 0 {
			out = append(out, outline{title, points})
		}
	}
	number("地块", s.Site)
	for i, piece := range s.Pieces {
		number(fmt.Sprintf("重叠图形 %d：%s %s %s", i+1, p.layerTitle(string(piece.Layer)), piece.Name, piece.Code), piece.Geometry)
	}
	if lost > 0 {
		notes = append(notes, fmt.Sprintf("有 %d 个圈取位到毫米后不足三点，未列坐标；其面积仍计入各表。", lost))
	}
	return out, notes
}
