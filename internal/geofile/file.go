package geofile

import (
	"context"
	"fmt"
	"io"
	"iter"
	"os"
	"path/filepath"
	"strings"

	"github.com/paulmach/orb"

	"hongxian/geodata"
)

// Options say what is known about a file beforehand.
type Options struct {
	Name      string             // the file's name as the planner knows it
	CRS       string             // the reference system the planner declares, as ParseCRS reads it; may be empty
	Layer     string             // which layer, where a file has several
	Fields    geodata.FieldNames // which attributes carry code, name and class
	PlaneSRID int                // the county's own plane, always accepted; 0 when unknown
	County    *orb.Bound         // the county in degrees, east first: features are tested against it; nil: no test

	// ConfirmGuess (已确认推定) takes the one reference system that puts a file
	// without any into the county; without it such a file is refused with the
	// code crs-needs-confirmation and the proposal.
	ConfirmGuess bool
	// Datum is "gcj02" or "bd09" when the planner says that longitudes and
	// latitudes are shifted as web maps shift them; empty otherwise.
	Datum string
	// Parameters (七参数) take a file on an older datum to CGCS2000; nil: it is refused.
	Parameters *geodata.SevenParameters
	// Lines takes lines and points too, for corridors and circles; polygons are
	// always taken.
	Lines bool

	MaxBytes int64  // unpacked; 0 means 4 GiB
	TempDir  string // where GDAL's folders are made; empty means os.TempDir. The user nobody must be able to enter it
}

// Finding (发现) is something noted on the way that is no error: said once, with
// the first record it applies to and how many there are.
type Finding struct {
	Kind    string // stable, kebab-case
	ZH, EN  string
	Record  int        // the first record, 0 for the file as a whole
	At      *orb.Point // where, in the delivery's coordinates
	Records int        // how many records, 0 for the file as a whole
}

// File (交付文件) is an opened foreign file whose reference system is known.
type File struct {
	options   Options
	cage      *cage // nil until needed
	system    system
	findings  []Finding
	source    func(context.Context) (io.ReadCloser, error) // the records as GeoJSON text …
	own       func(context.Context) (records, error)       // … or from the format's own reader
	table     bool                                         // they come from a dBASE table
	crsMember []byte                                       // the crs member the decision rests on
	degrees   bool                                         // no system was stated: every coordinate must be in degrees
	beside    bool                                         // other files beside it are read too
	part      string                                       // the layer within it, or the table's own name
	shift     func(orb.Point) orb.Point                    // undoes what a web map did; nil: nothing
	relation  *relation                                    // takes an older datum to CGCS2000; nil: nothing to do
	shiftName string                                       // GCJ-02, BD-09
}

const shapefileMagic = 9994

// shapefileParts are the files of a Shapefile that say nothing without their .shp.
var shapefileParts = map[string]bool{".shx": true, ".dbf": true, ".prj": true, ".cpg": true, ".sbn": true, ".sbx": true, ".qix": true}

// Open looks at a file, decides its format by its first bytes and its reference
// system by its definition. Errors the user can mend are *geodata.Error. The
// file must be closed.
func Open(ctx context.Context, path string, options Options) (*File, error) {
	if options.MaxBytes <= 0 {
		options.MaxBytes = 4 << 30
	}
	if options.Name == "" {
		options.Name = filepath.Base(path)
	}
	f := &File{options: options}
	err := f.decideShift()
	if err == nil {
		err = f.open(ctx, path)
	}
	if err == nil {
		err = f.requireDegrees()
	}
	if err != nil {
		f.Close()
		if ctx.Err() != nil {
			err = cancelled(ctx)
		}
		return nil, err
	}
	return f, nil
}

func (f *File) open(ctx context.Context, path string) error {
	file, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("opening the delivery: %w", err)
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return fmt.Errorf("opening the delivery: %w", err)
	}
	head := make([]byte, sniffed)
	n, err := io.ReadFull(file, head)
	if err != nil && err != io.ErrUnexpectedEOF && err != io.EOF {
		return fmt.Errorf("reading the delivery: %w", err)
	}
	head = head[:n]
	if part := strings.ToLower(filepath.Ext(f.options.Name)); shapefileParts[part] {
		return invalid("shapefile-part", fmt.Sprintf("“%.80s”只是 Shapefile 的一部分（%s）；请把同名的 .shp、.shx、.dbf、.prj（及 .cpg）打包为 .zip 提交。", filepath.Base(f.options.Name), part),
			fmt.Sprintf("%.80q is only a part of a Shapefile (%s); zip the .shp, .shx, .dbf, .prj (and .cpg) of the same name together.", filepath.Base(f.options.Name), part))
	}
	kind := sniff(head, f.options.Name)
	if kind == isZip || kind == isShapefile || kind == isGeoPackage || kind == isDXF {
		if f.cage, err = newCage(f.options.TempDir); err != nil {
			return err
		}
	}
	switch kind {
	case isEmpty:
		return invalid("file-empty", "文件是空的，请重新导出或重新上传。", "The file is empty; export or upload it again.")
	case isZip:
		return f.openZip(ctx, file, info.Size())
	case isShapefile:
		return f.openBareShapefile(ctx, path)
	case isGeoPackage:
		return f.openGeoPackage(ctx, path)
	case isGeoJSON, isGzip:
		return f.openGeoJSON(ctx, path, kind == isGzip)
	case isForeign:
		return foreign(head, f.options.Name)
	}
	return f.openDrawn(ctx, path, kind)
}

// openDrawn opens the formats that sites come in and layers hardly ever.
func (f *File) openDrawn(ctx context.Context, path string, kind fileKind) error {
	switch kind {
	case isKML:
		return f.openKML(ctx, path)
	case isDXF:
		return f.openDXF(ctx, path)
	case isBoundary:
		return f.openBoundary(ctx, path)
	case isTable:
		return f.openTable(ctx, path)
	case isWKT:
		return f.openWKT(ctx, path)
	}
	return unknownFormat(f.options.Name)
}

// openGeoJSON prepares to read GeoJSON text, zipped by gzip or not.
func (f *File) openGeoJSON(ctx context.Context, path string, zipped bool) error {
	f.source = func(context.Context) (io.ReadCloser, error) { return f.openText(path, zipped) }
	first, crs, err := f.peek(ctx)
	if err != nil {
		return err
	}
	f.crsMember = crs
	if code, given, err := memberCRS(crs); given {
		if err != nil && f.options.CRS == "" {
			return err
		}
		if err == nil {
			return f.decideByCode(ctx, code)
		}
	}
	if f.options.CRS != "" {
		return f.decideDeclared(ctx)
	}
	return f.decideDegrees(first)
}

func memberCRS(text []byte) (int, bool, error) {
	if text == nil {
		return 0, false, nil
	}
	return parseCRSMember(text)
}

// peeked is how many records Open looks at for a coordinate.
const peeked = 1000

// first is the first coordinate of a file and the record it is in.
type first struct {
	record int
	at     *orb.Point
}

// peek reads up to the first coordinate: what is needed to word a missing
// reference system and to see the crs member.
func (f *File) peek(ctx context.Context) (first, []byte, error) {
	records, err := f.records(ctx)
	if err != nil {
		return first{}, nil, err
	}
	defer records.Close()
	for range peeked {
		rec, err := records.next()
		if _, refused := geodata.RefusedRecord(err); refused {
			continue
		}
		if err == io.EOF {
			break
		}
		if err != nil {
			return first{}, nil, err
		}
		g := rec.shape
		if g == nil && len(rec.geometry) > 0 {
			g, _, _ = decodeGeometry(rec.geometry, true)
		}
		if paths := pathsOf(g); len(paths) > 0 {
			return first{rec.record, &paths[0][0]}, records.stated(), nil
		}
	}
	return first{}, records.stated(), nil
}

// Name is the file's name as the planner knows it.
func (f *File) Name() string { return f.options.Name }

// Part is the name of the layer that is read, as the file has it, or the file's own
// name where layers have none.
func (f *File) Part() string {
	if f.part != "" {
		return f.part
	}
	stem := filepath.Base(f.options.Name)
	for ext := filepath.Ext(stem); ext != "" && ext != stem; ext = filepath.Ext(stem) {
		stem = strings.TrimSuffix(stem, ext)
	}
	return stem
}

// Whole says that the file's own bytes are all that is read: a bare .shp has others
// beside it.
func (f *File) Whole() bool { return !f.beside }

// SRID is the EPSG code of the coordinates as they are delivered, east first.
// It is one that PostGIS may transform to CGCS2000 without further parameters.
func (f *File) SRID() int { return f.system.srid }

// Findings are what has been noted so far: about the reference system and the
// encoding after Open, about records after Features.
func (f *File) Findings() []Finding { return f.findings }

// Close removes what was unpacked.
func (f *File) Close() error {
	f.cage.close()
	return nil
}

func (f *File) note(n Finding) { f.findings = append(f.findings, n) }

// noteOnce adds a finding, or counts a record to the one of its kind.
func (f *File) noteOnce(n Finding) {
	for i := range f.findings {
		if f.findings[i].Kind == n.Kind {
			f.findings[i].Records += n.Records
			return
		}
	}
	f.note(n)
}

// Features streams the records in constant memory, in the file's order. A
// record without geometry comes with a nil Geometry. The error beside a feature
// is nil, or:
//
//   - a refusal of this record, told by [geodata.RefusedRecord]: the stream goes on;
//   - anything else: it is the last, and what was yielded must not be kept.
//
// A file without a single polygon to keep ends with such a last error.
func (f *File) Features(ctx context.Context) iter.Seq2[geodata.Feature, error] {
	return func(yield func(geodata.Feature, error) bool) {
		s := &stream{file: f, ctx: ctx}
		if err := s.run(yield); err != nil {
			if ctx.Err() != nil {
				err = cancelled(ctx)
			}
			yield(geodata.Feature{}, err)
		}
	}
}
