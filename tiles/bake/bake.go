// Package bake draws all tiles of a layer version beforehand, from the deepest
// zoom upwards, out of one division of the plane that its features share.
//
// Down to the layer's feature zoom — the lowest at which every tile keeps MaxBytes
// — tiles hold the features, each with its id, code, name and class. Above it they
// hold one shape a class, with the number of features it stands for; where even these
// are too large for a tile, their small patches become fewer and larger squares. What
// stays too large is kept and told.
package bake

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"

	"github.com/klauspost/compress/gzip"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/maptile"

	"hongxian/tiles/mesh"
	"hongxian/tiles/mvt"
)

// MaxBytes is what a tile may weigh, gzip-compressed.
const MaxBytes = 250_000

// goroutines is how many draw at a time.
const goroutines = 2

// Layer says what is baked.
type Layer struct {
	Name             string // of the layer in the tiles
	MinZoom, MaxZoom int    // at most mesh.MaxZoom
	Tiling           bool   // 铺盖图层: should cover its ground without gap or overlap
}

// Feature is what tiles tell of a feature.
type Feature struct {
	ID                int32
	Code, Name, Class string
}

// Tile is a baked tile, gzip-compressed.
type Tile struct {
	At   maptile.Tile
	Gzip []byte
}

// Zoom sums a baked zoom up.
type Zoom struct {
	Zoom      int      `json:"zoom"`
	Tiles     int      `json:"tiles"`
	Bytes     int64    `json:"bytes"`
	Largest   int      `json:"largest"`             // bytes of the largest tile
	Dissolved bool     `json:"dissolved"`           // shapes by class instead of features
	Squares   int      `json:"squares"`             // small patches drawn as squares
	Absent    []int32  `json:"absent,omitempty"`    // ids of features too small to be drawn themselves
	Coarsened int      `json:"coarsened,omitempty"` // how often it was generalised anew to keep its tiles small
	TooLarge  []Weight `json:"too_large,omitempty"` // tiles of more than MaxBytes all the same
}

// Weight is how large a tile became.
type Weight struct {
	X     uint32 `json:"x"`
	Y     uint32 `json:"y"`
	Bytes int    `json:"bytes"`
}

// Put takes one tile.
type Put func(Tile) error

// Keeper keeps what is baked.
type Keeper interface {
	// Kept finds a zoom that was kept before.
	Kept(ctx context.Context, zoom int) (Zoom, bool, error)
	// Keep stores what bake puts, all of it or, when it fails, nothing.
	Keep(ctx context.Context, bake func(Put) (Zoom, error)) error
}

// Baker holds a version's features while it is baked.
type Baker struct {
	layer    Layer
	builder  mesh.Builder
	features []Feature
	extents  []maptile.Tile // two a feature: the deepest zoom's tiles at its corners
	classes  []string       // in the order they appeared
	class    []int32        // of each feature, from 1
	most     int            // MaxBytes, but for a test
}

// New starts an empty version.
func New(l Layer) *Baker { return &Baker{layer: l, most: MaxBytes} }

// Add takes a feature with its shape in longitude and latitude (degrees).
func (b *Baker) Add(f Feature, shape orb.MultiPolygon) {
	b.builder.Add(shape)
	b.features = append(b.features, f)
	box := shape.Bound()
	z := maptile.Zoom(b.layer.MaxZoom)
	b.extents = append(b.extents, maptile.At(orb.Point{box.Min[0], box.Max[1]}, z), maptile.At(orb.Point{box.Max[0], box.Min[1]}, z))
	class := slices.Index(b.classes, f.Class) + 1
	if class == 0 {
		b.classes = append(b.classes, f.Class)
		class = len(b.classes)
	}
	b.class = append(b.class, int32(class))
}

// drawing is the state of a bake between two zooms.
type drawing struct {
	*Baker
	keeper    Keeper
	mesh      *mesh.Mesh
	dissolved bool
	coarsened int // of this zoom
}

// errTooLarge ends a zoom of which a tile weighs more than MaxBytes.
var errTooLarge = errors.New("a tile is too large")

// Bake draws zoom after zoom, the deepest first, keeps each and sums it up; those
// kept already are only generalised again. Progress is called with the share done.
func (b *Baker) Bake(ctx context.Context, k Keeper, progress func(float64)) (sums []Zoom, err error) {
	if len(b.features) == 0 {
		return nil, nil
	}
	d := &drawing{Baker: b, keeper: k}
	d.mesh = b.builder.Build(b.layer.MaxZoom, b.rules(false))
	for zoom := b.layer.MaxZoom; ; zoom-- {
		progress(b.share(zoom, 0.3))
		coarser := d.above()
		if zoom > b.layer.MinZoom && d.mesh.Points() <= aheadPoints {
			coarser = d.ahead()
		}
		sum, err := d.zoom(ctx, zoom)
		if err != nil {
			return nil, fmt.Errorf("bake zoom %d: %w", zoom, err)
		}
		sums = append(sums, sum)
		progress(b.share(zoom, 1))
		if zoom <= b.layer.MinZoom {
			return sums, nil
		}
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		d.mesh = coarser()
	}
}

// aheadPoints is up to how many points a zoom's borders may have for the zoom above to
// be divided while its tiles are drawn. It bounds the memory: of 109,146 real polygons,
// whose deepest zooms have more, a bake held 736 MiB without it, with it 453.
const aheadPoints = 1_500_000

// above gives what makes the division of the zoom above when it is called.
func (d *drawing) above() (coarser func() *mesh.Mesh) {
	return func() *mesh.Mesh { return d.mesh.Coarser(d.rules(d.dissolved)) }
}

// ahead begins the division of the zoom above while this zoom's tiles are drawn, and
// gives what waits for it. When this zoom was generalised anew meanwhile, it is made
// out of that.
func (d *drawing) ahead() (coarser func() *mesh.Mesh) {
	of, rules := d.mesh, d.rules(d.dissolved)
	made := make(chan *mesh.Mesh, 1)
	go func() { made <- of.Coarser(rules) }()
	return func() *mesh.Mesh {
		up := <-made
		if d.mesh != of {
			up = d.above()()
		}
		return up
	}
}

// share is a rough share of the work: each zoom takes about two thirds of the one
// below it.
func (b *Baker) share(zoom int, ofIt float64) float64 {
	var done, all float64
	weight := 1.0
	for z := b.layer.MaxZoom; z >= b.layer.MinZoom; z-- {
		all += weight
		switch {
		case z > zoom:
			done += weight
		case z == zoom:
			done += weight * ofIt
		}
		weight *= 2. / 3
	}
	return done / all
}

// rules are those for one zoom.
func (b *Baker) rules(dissolved bool) mesh.Rules {
	r := mesh.Rules{Tiling: b.layer.Tiling, Detail: mesh.Detail, Least: mesh.LeastArea, Square: 1,
		Class: func(region int32) int32 {
			if region == 0 || int(region) > len(b.class) { // nothing, or several features
				return -region
			}
			return b.class[region-1]
		}}
	if dissolved {
		r.Square = 4
		r.Class = func(region int32) int32 { return region }
	}
	return r
}

// coarsest bounds how often a zoom whose tiles are too large is generalised anew:
// patches and faces are 16 pixels wide by then, of which a tile holds a thousand.
const coarsest = 5

// zoom draws and keeps one zoom. When features make a tile too large, they give
// way to shapes by class from here on; when these do, to coarser ones, until all
// tiles are small enough or nothing helps, which the sum tells.
func (d *drawing) zoom(ctx context.Context, zoom int) (Zoom, error) {
	d.coarsened = 0
	before, kept, err := d.keeper.Kept(ctx, zoom)
	if err != nil {
		return Zoom{}, err
	}
	if kept {
		if before.Dissolved {
			d.dissolve()
		}
		for d.coarsened < before.Coarsened {
			d.coarsen()
		}
		return before, nil
	}
	sum, err := d.keep(ctx)
	if errors.Is(err, errTooLarge) && !d.dissolved {
		d.dissolve()
		sum, err = d.keep(ctx)
	}
	for errors.Is(err, errTooLarge) {
		d.coarsen()
		sum, err = d.keep(ctx)
	}
	return sum, err
}

// coarsen generalises the zoom once more, four times as much as the last time.
func (d *drawing) coarsen() {
	d.coarsened++
	r := d.rules(d.dissolved)
	r.Detail, r.Least, r.Square = r.Detail<<(2*d.coarsened), r.Least<<(2*d.coarsened), r.Square<<d.coarsened
	d.mesh = d.mesh.Thinner(r)
}

func (d *drawing) dissolve() {
	if !d.dissolved {
		d.dissolved = true
		d.mesh = d.mesh.Dissolve(int32(len(d.classes)), func(f int32) int32 { return d.class[f-1] })
	}
}

// keep draws the zoom's tiles and puts them away. A tile of more than MaxBytes ends
// it with errTooLarge, unless the zoom was generalised as often as it may be.
func (d *drawing) keep(ctx context.Context) (sum Zoom, err error) {
	err = d.keeper.Keep(ctx, func(put Put) (Zoom, error) {
		sum = Zoom{Zoom: d.mesh.Zoom, Dissolved: d.dissolved, Squares: d.mesh.Squares, Coarsened: d.coarsened}
		if !d.dissolved {
			sum.Absent = d.absent()
		}
		var count map[standing]int64
		if d.dissolved {
			count = d.count()
		}
		var mu sync.Mutex
		err := d.mesh.Cut(ctx, goroutines, d.mesh.Members, func(_ context.Context, at maptile.Tile, shapes []mesh.Shape) error {
			tile, err := d.draw(at, shapes, count)
			if err != nil {
				return err
			}
			if len(tile) > d.most && d.coarsened < coarsest {
				return errTooLarge
			}
			mu.Lock()
			defer mu.Unlock()
			sum.add(Tile{at, tile}, d.most)
			return put(Tile{at, tile})
		})
		slices.SortFunc(sum.TooLarge, func(a, b Weight) int { return cmp.Or(cmp.Compare(a.X, b.X), cmp.Compare(a.Y, b.Y)) })
		return sum, err
	})
	return sum, err
}

// add counts a tile, of which more than most bytes are too many.
func (z *Zoom) add(t Tile, most int) {
	n := len(t.Gzip)
	z.Tiles++
	z.Bytes += int64(n)
	z.Largest = max(z.Largest, n)
	if n > most {
		z.TooLarge = append(z.TooLarge, Weight{t.At.X, t.At.Y, n})
	}
}

// absent lists the features that nothing of this zoom is drawn for.
func (d *drawing) absent() (ids []int32) {
	drawn := make([]bool, len(d.features)+1)
	for _, b := range d.mesh.Borders {
		for _, region := range [2]int32{b.Left, b.Right} {
			for _, f := range d.mesh.Members(region) {
				drawn[f] = true
			}
		}
	}
	for i, f := range d.features {
		if !drawn[i+1] {
			ids = append(ids, f.ID)
		}
	}
	return ids
}

// standing is a class in a tile.
type standing struct {
	at    maptile.Tile
	class int32
}

// count tells how many features of a class reach into each tile of the zoom.
func (d *drawing) count() map[standing]int64 {
	up := uint(d.layer.MaxZoom - d.mesh.Zoom)
	n := map[standing]int64{}
	for i, class := range d.class {
		low, high := d.extents[2*i], d.extents[2*i+1]
		for x := low.X >> up; x <= high.X>>up; x++ {
			for y := low.Y >> up; y <= high.Y>>up; y++ {
				n[standing{maptile.New(x, y, maptile.Zoom(d.mesh.Zoom)), class}]++
			}
		}
	}
	return n
}

// packers are kept, each holds a megabyte.
var packers = sync.Pool{New: func() any { return gzip.NewWriter(nil) }}

func (d *drawing) draw(at maptile.Tile, shapes []mesh.Shape, count map[standing]int64) ([]byte, error) {
	l := mvt.NewLayer(d.layer.Name)
	for _, s := range shapes {
		if d.dissolved {
			l.Add(uint64(s.Member), []mvt.Property{{Key: "class", Value: d.classes[s.Member-1]},
				{Key: "count", Value: max(1, count[standing{at, s.Member}])}}, s.Polygons)
			continue
		}
		f := d.features[s.Member-1]
		l.Add(uint64(f.ID), []mvt.Property{{Key: "code", Value: f.Code}, {Key: "name", Value: f.Name},
			{Key: "class", Value: f.Class}}, s.Polygons)
	}
	var out bytes.Buffer
	zw := packers.Get().(*gzip.Writer)
	defer packers.Put(zw)
	zw.Reset(&out)
	if _, err := zw.Write(l.Bytes()); err != nil {
		return nil, err
	}
	if err := zw.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}
