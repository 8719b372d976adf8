package mesh

import (
	"bufio"
	"compress/gzip"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"runtime"
	"sync/atomic"
	"testing"
	"time"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/maptile"
)

func TestUK(t *testing.T) {
	b := &Builder{}
	cls := []int32{0}
	names := map[string]int32{}
	start := time.Now()
	lim := 1 << 30
	if v := os.Getenv("LIM"); v != "" {
		fmt.Sscan(v, &lim)
	}
	for _, f := range []string{"E06", "E07"} {
		fh, _ := os.Open(os.Getenv("HONGXIAN_REALDATA") + "/large/uk_output_areas_2011_" + f + ".geojsonl.gz")
		zr, _ := gzip.NewReader(fh)
		sc := bufio.NewScanner(zr)
		sc.Buffer(nil, 64<<20)
		for k := 0; sc.Scan() && k < lim; k++ {
			var ft struct {
				Properties struct{ OA11CD, LAD11CD string }
				Geometry   struct {
					Type        string
					Coordinates json.RawMessage
				}
			}
			if err := json.Unmarshal(sc.Bytes(), &ft); err != nil {
				t.Fatal(err)
			}
			var mp orb.MultiPolygon
			if ft.Geometry.Type == "Polygon" {
				var p orb.Polygon
				json.Unmarshal(ft.Geometry.Coordinates, &p)
				mp = orb.MultiPolygon{p}
			} else {
				json.Unmarshal(ft.Geometry.Coordinates, &mp)
			}
			b.Add(mp)
			k := ft.Properties.LAD11CD
			if names[k] == 0 {
				names[k] = int32(len(names) + 1)
			}
			cls = append(cls, names[k])
		}
	}
	fmt.Println("load", time.Since(start), b.features, len(b.segments))
	start = time.Now()
	r := Rules{Tiling: true, Class: func(r int32) int32 { return cls[r] }, Detail: Detail, Square: 1}
	m := b.Build(14, r)
	for {
		pts := 0
		for _, x := range m.Borders {
			pts += len(x.Points)
		}
		var ms runtime.MemStats
		runtime.ReadMemStats(&ms)
		fmt.Println("z", m.Zoom, "build", time.Since(start), "borders", len(m.Borders), "points", pts, "squares", m.Squares, "faults", m.Faults, "sets", len(m.sets), "sys", ms.Sys>>20)
		start = time.Now()
		var n, shapes atomic.Int64
		var big atomic.Int64
		m.Cut(context.Background(), 2, m.Members, func(ctx context.Context, t maptile.Tile, s []Shape) error {
			n.Add(1)
			shapes.Add(int64(len(s)))
			if int64(len(s)) > big.Load() {
				big.Store(int64(len(s)))
			}
			return nil
		})
		fmt.Println("   cut", time.Since(start), n.Load(), shapes.Load(), big.Load())
		if m.Zoom == 0 {
			break
		}
		start = time.Now()
		m = m.Coarser(r)
	}
}
