package geofile

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/binary"
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/paulmach/orb"

	"hongxian/geodata"
)

// realdata is the folder of outside test files. Its absence fails the test.
func realdata(t testing.TB) string {
	t.Helper()
	dir := os.Getenv("HONGXIAN_REALDATA")
	if dir == "" {
		t.Fatal("HONGXIAN_REALDATA is not set")
	}
	return dir
}

// put writes a file for a test and gives its path.
func put(t testing.TB, name string, content []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// reading is everything a file gave.
type reading struct {
	srid     int
	features []geodata.Feature
	refused  []*geodata.Error
	err      *geodata.Error // of Open or the last of the stream
	findings []Finding
}

func (r reading) found(kind string) *Finding {
	for i := range r.findings {
		if r.findings[i].Kind == kind {
			return &r.findings[i]
		}
	}
	return nil
}

// read opens a file and reads it to its end. Any error must be one for users.
func read(t testing.TB, path string, options Options) reading {
	t.Helper()
	return readWithin(t, context.Background(), path, options)
}

func readWithin(t testing.TB, ctx context.Context, path string, options Options) (r reading) {
	t.Helper()
	forUsers := func(err error) *geodata.Error {
		e := geodata.AsError(err)
		if e.Kind == geodata.Internal || e.ZH == "" || e.EN == "" {
			t.Fatalf("%s: not an error for users: %v", path, err)
		}
		return e
	}
	f, err := Open(ctx, path, options)
	if err != nil {
		return reading{err: forUsers(err)}
	}
	defer f.Close()
	r.srid = f.SRID()
	for feature, err := range f.Features(ctx) {
		if refused, ok := geodata.RefusedRecord(err); ok {
			if refused.Record == 0 {
				t.Errorf("%s: refusal without a record: %v", path, refused)
			}
			r.refused = append(r.refused, refused)
			continue
		}
		if err != nil {
			r.err = forUsers(err)
			break
		}
		r.features = append(r.features, feature)
	}
	r.findings = f.Findings()
	return r
}

// shapefile is a .shp with one polygon of one ring.
func shapefile(ring []orb.Point) []byte {
	var content bytes.Buffer
	le := func(values ...any) {
		for _, v := range values {
			_ = binary.Write(&content, binary.LittleEndian, v)
		}
	}
	box := orb.Ring(ring).Bound()
	bounds := []float64{box.Min[0], box.Min[1], box.Max[0], box.Max[1]}
	le(int32(5), bounds, int32(1), int32(len(ring)), int32(0))
	for _, p := range ring {
		le(p[0], p[1])
	}
	var b bytes.Buffer
	be := func(values ...int32) { _ = binary.Write(&b, binary.BigEndian, values) }
	be(9994, 0, 0, 0, 0, 0, int32((100+8+content.Len())/2))
	_ = binary.Write(&b, binary.LittleEndian, []int32{1000, 5})
	_ = binary.Write(&b, binary.LittleEndian, append(bounds, 0, 0, 0, 0))
	be(1, int32(content.Len()/2))
	b.Write(content.Bytes())
	return b.Bytes()
}

// dbf is a table of one record with text fields NAME and CODE.
func dbf(language byte, name, code string) []byte {
	const width = 20
	head := make([]byte, 32, 200)
	head[0], head[29] = 3, language
	binary.LittleEndian.PutUint32(head[4:], 1)
	binary.LittleEndian.PutUint16(head[8:], 32+2*32+1)
	binary.LittleEndian.PutUint16(head[10:], 1+2*width)
	for _, n := range []string{"NAME", "CODE"} {
		field := make([]byte, 32)
		copy(field, n)
		field[11], field[16] = 'C', width
		head = append(head, field...)
	}
	pad := func(s string) string { return (s + "                    ")[:width] }
	return append(head, "\r "+pad(name)+pad(code)+"\x1a"...)
}

// zipped packs name, content, name, content …
func zipped(t testing.TB, parts ...any) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i := 0; i < len(parts); i += 2 {
		header := &zip.FileHeader{Name: parts[i].(string), Method: zip.Deflate, NonUTF8: true}
		w, err := z.CreateHeader(header)
		if err != nil {
			t.Fatal(err)
		}
		switch c := parts[i+1].(type) {
		case string:
			_, err = w.Write([]byte(c))
		case []byte:
			_, err = w.Write(c)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// near says whether two numbers agree within tolerance.
func near(a, b, tolerance float64) bool { return math.Abs(a-b) <= tolerance }

// A square of 200 m by 150 m in Wushan, EPSG:4546, clockwise.
//
//	392600,3439750 ───▶ 392800,3439750
//	      ▲                   │
//	      │                   ▼
//	392600,3439600 ◀─── 392800,3439600
var square = []orb.Point{{392600, 3439600}, {392600, 3439750}, {392800, 3439750}, {392800, 3439600}, {392600, 3439600}}

const (
	prj4546 = `PROJCS["CGCS2000_3_Degree_GK_CM_111E",GEOGCS["GCS_China_Geodetic_Coordinate_System_2000",DATUM["D_China_2000",SPHEROID["CGCS2000",6378137.0,298.257222101]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]],PROJECTION["Gauss_Kruger"],PARAMETER["False_Easting",500000.0],PARAMETER["False_Northing",0.0],PARAMETER["Central_Meridian",111.0],PARAMETER["Scale_Factor",1.0],PARAMETER["Latitude_Of_Origin",0.0],UNIT["Meter",1.0]]`
)

var wushan = orb.Bound{Min: orb.Point{109.554166667, 30.751388889}, Max: orb.Point{110.195833333, 31.478333333}}
