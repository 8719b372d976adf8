package geofile

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/paulmach/orb"

	"hongxian/geodata"
)

// openDXF reads a drawing's closed shapes: closed polylines, arcs stroked, and
// hatches. A drawing has no reference system.
func (f *File) openDXF(ctx context.Context, path string) error {
	if err := f.take(path, "data.dxf"); err != nil {
		return err
	}
	encoding, err := f.dxfEncoding()
	if err != nil {
		return err
	}
	f.source = func(ctx context.Context) (io.ReadCloser, error) {
		// Half a degree keeps a stroked arc within a hundred-thousandth of its
		// radius; the default of four degrees is off by 3 cm at 50 m.
		return f.cage.start(ctx, "ogr2ogr", ogrArguments("data.dxf", "--config", "OGR_ARC_STEPSIZE", "0.5", "--config", "DXF_ENCODING", encoding,
			"--config", "DXF_MERGE_BLOCK_GEOMETRIES", "FALSE")...)
	}
	d, err := f.surveyDXF(ctx)
	if err != nil {
		return err
	}
	layer, err := d.chooseLayer(f.options)
	if err != nil {
		return err
	}
	d.layer, d.solid = layer, d.layers[layer].solid(f.options.Lines)
	if err := f.noteLeftOut(d.total(layer), d.solid); err != nil {
		return err
	}
	f.noteHatches(d.doubled)
	f.noteNested(d.rings[layer])
	f.own = func(ctx context.Context) (records, error) {
		source, err := f.source(ctx)
		if err != nil {
			return nil, err
		}
		return &dxfRecords{texts: texts{newReader(source), source}, drawing: d}, nil
	}
	return f.decideWithout(ctx)
}

var dxfCodePage = regexp.MustCompile(`\$DWGCODEPAGE\s+3\s+(\S+)`)

// dxfEncoding decides how layers and labels read: as UTF-8 where they are valid,
// else as the drawing's code page says. ANSI_1252 is what software writes that
// does not know better.
func (f *File) dxfEncoding() (string, error) {
	file, err := os.Open(filepath.Join(f.cage.dir, "data.dxf"))
	if err != nil {
		return "", err
	}
	defer file.Close()
	text, err := io.ReadAll(io.LimitReader(file, dbfSample))
	if err != nil {
		return "", err
	}
	page := ""
	if m := dxfCodePage.FindSubmatch(text[:min(len(text), 64<<10)]); m != nil {
		page = strings.TrimPrefix(strings.ToUpper(string(m[1])), "ANSI_")
	}
	switch known := namedEncoding(page); {
	case validPrefix(text):
		return "UTF-8", nil
	case page == "936" || page == "GB2312":
		return "GB18030", nil
	case known != "" && known != "CP1252" && known != "UTF-8":
		return known, nil
	}
	f.note(*encodingFinding("GB18030", ""))
	return "GB18030", nil
}

// drawing is what a first look at a DXF has found.
type drawing struct {
	layers  map[string]census
	outline map[outline]bool // of closed polylines
	hatches map[outline]bool
	rings   map[string][]orb.Ring // closed polylines by layer, the first maxRings
	doubled int                   // hatches that fill one of them
	layer   string
	solid   int
}

// outline tells shapes apart to the centimetre: a hatch repeats the polyline
// that it fills.
type outline struct {
	layer                  string
	west, south, east, top int64
	area                   int64
}

func outlineOf(layer string, g orb.Geometry) outline {
	b := g.Bound()
	cm := func(v float64) int64 { return int64(math.Round(v * 100)) }
	return outline{layer, cm(b.Min[0]), cm(b.Min[1]), cm(b.Max[0]), cm(b.Max[1]), int64(math.Round(planeArea(g)))}
}

func (f *File) surveyDXF(ctx context.Context) (*drawing, error) {
	d := &drawing{layers: map[string]census{}, outline: map[outline]bool{}, hatches: map[outline]bool{}, rings: map[string][]orb.Ring{}}
	source, err := f.source(ctx)
	if err != nil {
		return nil, err
	}
	defer source.Close()
	err = survey(ctx, texts{newReader(source), source}, func(rec raw) *geodata.Error {
		e, bad := dxfEntity(&rec)
		if bad != nil && e.shape {
			return nil // refused when it is read
		}
		d.count(e)
		return nil
	})
	for h := range d.hatches {
		if d.outline[h] {
			d.doubled++
		}
	}
	return d, err
}

// entity (图元) is one record of a DXF.
type entity struct {
	layer    string
	hatch    bool
	shape    bool         // GDAL calls it a polygon
	geometry orb.Geometry // closed lines are polygons; nil when it cannot be decoded
	values   map[string]any
	dims     int
}

// dxfEntity decodes a record; a closed line is the polygon that it encloses.
func dxfEntity(rec *raw) (entity, *geodata.Error) {
	var e entity
	var bad *geodata.Error
	if e.values, bad = rec.attributes(); bad != nil {
		e.shape = true // nobody can tell that it is not
		return e, bad
	}
	e.layer, _ = e.values["Layer"].(string)
	classes, _ := e.values["SubClasses"].(string)
	e.hatch = strings.Contains(classes, "Hatch")
	if len(rec.geometry) == 0 {
		return e, nil
	}
	e.shape = bytes.Contains(rec.geometry, []byte("Polygon"))
	if e.geometry, e.dims, bad = decodeGeometry(rec.geometry, true); bad != nil {
		return e, bad
	}
	if l, ok := e.geometry.(orb.LineString); ok && len(l) > 3 && l[0] == l[len(l)-1] && shoelace(orb.Ring(l)) != 0 {
		e.geometry = orb.Polygon{orb.Ring(l)}
	}
	return e, nil
}

func solidity(g orb.Geometry) int {
	switch g.(type) {
	case orb.Polygon, orb.MultiPolygon:
		return 2
	case orb.LineString, orb.MultiLineString:
		return 1
	case orb.Point, orb.MultiPoint:
		return 0
	}
	return -1
}

func (d *drawing) count(e entity) {
	c := d.layers[e.layer]
	switch solidity(e.geometry) {
	case 2:
		c.polygons++
		if p, ok := e.geometry.(orb.Polygon); ok && !e.hatch && len(d.rings[e.layer]) < maxRings {
			d.rings[e.layer] = append(d.rings[e.layer], p[0])
		}
		if set := map[bool]map[outline]bool{false: d.outline, true: d.hatches}[e.hatch]; len(set) < maxRows {
			set[outlineOf(e.layer, e.geometry)] = true
		}
	case 1:
		c.lines++
	default:
		c.points++
	}
	d.layers[e.layer] = c
}

// total is what the noted remainder is counted from: everything in the layer
// that is read and, of the others, what they hold beside it.
func (d *drawing) total(layer string) census {
	all := d.layers[layer]
	for name, c := range d.layers {
		if name != layer {
			all.lines, all.points = all.lines+c.lines, all.points+c.points
		}
	}
	return all
}

// chooseLayer is the layer asked for, or the only one with closed shapes, or
// with lines where there are none and lines are asked for.
func (d *drawing) chooseLayer(o Options) (string, error) {
	var names, closed, lined []string
	for name, c := range d.layers {
		names = append(names, name)
		if c.polygons > 0 {
			closed = append(closed, name)
		}
		if c.lines > 0 {
			lined = append(lined, name)
		}
	}
	slices.Sort(names)
	slices.Sort(closed)
	slices.Sort(lined)
	if o.Layer != "" {
		if !slices.Contains(names, o.Layer) {
			return "", severalLayers(names, o.Layer)
		}
		return o.Layer, nil
	}
	if len(closed) == 0 && o.Lines {
		closed = lined
	}
	switch len(closed) {
	case 0:
		return strings.Join(names[:min(1, len(names))], ""), nil
	case 1:
		return closed[0], nil
	}
	return "", severalLayers(closed, "")
}

func (f *File) noteHatches(doubled int) {
	if doubled > 0 {
		f.note(Finding{Kind: "hatch-doubled", Records: doubled, ZH: fmt.Sprintf("%d 处填充与同图层的闭合线重合，只取闭合线。", doubled),
			EN: fmt.Sprintf("%d hatches fill a closed line of their layer; only the line is read.", doubled)})
	}
}

// noteNested says that closed lines lie within others. Each is a parcel of its
// own: taking the inner ones for holes would lose land from a check.
func (f *File) noteNested(rings []orb.Ring) {
	inner := 0
	bounds := make([]orb.Bound, len(rings))
	for i, r := range rings {
		bounds[i] = r.Bound()
	}
	for i, r := range rings {
		for j, o := range rings {
			if i != j && within(bounds[i], bounds[j]) && encloses(o, r) {
				inner++
				break
			}
		}
	}
	if inner > 0 {
		f.note(Finding{Kind: "dxf-nested", Records: inner, ZH: fmt.Sprintf("%d 条闭合线位于另一条之内，均按独立地块读取，不作扣除；如为扣除部分，请改用填充（HATCH）或界址点 TXT。", inner),
			EN: fmt.Sprintf("%d closed lines lie within others and are read as parcels of their own, not as holes; for holes use a hatch or a boundary-point TXT.", inner)})
	}
}

// dxfRecords gives the shapes of one layer.
type dxfRecords struct {
	texts
	*drawing
}

func (d *dxfRecords) next() (raw, error) {
	for {
		rec, err := d.texts.next()
		if err != nil {
			return rec, err
		}
		e, bad := dxfEntity(&rec)
		switch {
		case bad != nil && e.shape && (e.layer == d.layer || e.values == nil):
			return rec, geodata.RefuseRecord(at(bad, rec.record, bad.At))
		case bad != nil || e.layer != d.layer || solidity(e.geometry) != d.solid:
			continue
		case e.hatch && d.solid == 2 && d.outline[outlineOf(e.layer, e.geometry)]:
			continue
		}
		rec.shape, rec.values, rec.dims = e.geometry, e.values, e.dims
		return rec, nil
	}
}
