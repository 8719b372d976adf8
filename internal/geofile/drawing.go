package geofile

import (
	"context"
	"fmt"
	"io"

	"hongxian/geodata"
)

// census counts what a drawing holds. Drawings carry labels and axes beside the
// shapes that are meant, so the most solid kind is read and the rest left out.
type census struct{ polygons, lines, points int }

// solid is what to read: 2 polygons, 1 lines, 0 points, -1 nothing.
func (c census) solid(lines bool) int {
	switch {
	case c.polygons > 0 || !lines:
		return 2
	case c.lines > 0:
		return 1
	case c.points > 0:
		return 0
	}
	return -1
}

func (c *census) add(o census) {
	c.polygons, c.lines, c.points = c.polygons+o.polygons, c.lines+o.lines, c.points+o.points
}

// noteLeftOut says what of a drawing is not read. A drawing without anything to
// read is refused with what it does hold.
func (f *File) noteLeftOut(all census, solid int) error {
	if solid < 0 || solid == 2 && all.polygons == 0 {
		zh, en := fmt.Sprintf("图中没有闭合的面（有 %d 条线、%d 个点）", all.lines, all.points), fmt.Sprintf("The drawing holds no closed shape (%d lines, %d points)", all.lines, all.points)
		return noPolygons(zh, en)
	}
	left := all
	zh, en := "面", "polygons"
	switch solid {
	case 2:
		left.polygons = 0
	case 1:
		left.polygons, left.lines = 0, 0
		zh, en = "线", "lines"
	default:
		return nil
	}
	if left.lines+left.points > 0 {
		f.note(Finding{Kind: "drawing-left-out", Records: left.lines + left.points,
			ZH: fmt.Sprintf("只读取%s；另有 %d 条线、%d 个点（注记）未读取。", zh, left.lines, left.points),
			EN: fmt.Sprintf("Only the %s are read; %d lines and %d points (labels) are left out.", en, left.lines, left.points)})
	}
	return nil
}

// survey reads a drawing once and counts what it holds, for a look at each record.
func survey(ctx context.Context, all records, look func(raw) *geodata.Error) error {
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		rec, err := all.next()
		if err == io.EOF {
			return all.finish()
		}
		if _, refused := geodata.RefusedRecord(err); refused {
			continue
		}
		if err != nil {
			if ended := all.finish(); ended != nil {
				return ended
			}
			return err
		}
		if bad := look(rec); bad != nil {
			return bad
		}
	}
}
