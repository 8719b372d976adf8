package intake

import (
	"strings"
	"testing"
	"time"

	"github.com/paulmach/orb"

	"hongxian/geodata"
)

// What an approval's record says is read whole or refused with its record: a kind that
// is known, a number, a plausible day, a shape with an area.
func FuzzReadApproval(f *testing.F) {
	f.Add("3", "巫府〔2022〕8号", "2022-03-10", 100.0, uint8(0))
	f.Add("调出", "文；无批准文件", "20220310", 1.0, uint8(0))
	f.Add("2", " ", "2022/3/1", 0.0, uint8(1))
	f.Add("4", "x", "三月", -1.0, uint8(2))
	f.Add("3.0", strings.Repeat("长", 80), "0000-00-00", 1e300, uint8(3))
	f.Fuzz(func(t *testing.T, kind, number, day string, size float64, shape uint8) {
		ring := orb.Ring{{0, 0}, {size, 0}, {size, size}, {0, size}, {0, 0}}
		shapes := []orb.Geometry{orb.Polygon{ring}, nil, orb.LineString(ring), orb.MultiPolygon{{ring}, {}}}
		feature := geodata.Feature{Record: 7, Geometry: shapes[int(shape)%len(shapes)],
			Attributes: map[string]any{"WHLX": kind, "批准文号": number, "批准日期": day}}
		a, err := readApproval(feature)
		if err != nil {
			e := geodata.AsError(err)
			if e.Kind != geodata.Invalid || e.Record != 7 || e.Code == "" || e.ZH == "" || e.EN == "" {
				t.Fatalf("refused without saying what and where: %+v", e)
			}
			return
		}
		if a.kind < 1 || a.kind > 3 || strings.TrimSpace(a.number) == "" || len(a.number) > 200 || strings.Contains(a.number, "无批准") {
			t.Fatalf("taken: %+v", a)
		}
		if a.day == nil != (strings.TrimSpace(day) == "") || a.day != nil && !a.day.Equal(a.day.Truncate(24*time.Hour)) {
			t.Fatalf("the day %q was read as %v", day, a.day)
		}
		if unusable(feature) != nil {
			t.Fatalf("a shape that cannot be used was taken: %v", feature.Geometry)
		}
	})
}
