package geofile

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"iter"
	"os"
	"path/filepath"

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
	MaxBytes  int64              // unpacked; 0 means 4 GiB
	TempDir   string             // where GDAL's folders are made; empty means os.TempDir. The user nobody must be able to enter it
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
	source    func(context.Context) (io.ReadCloser, error) // the records as GeoJSON text
	table     bool                                         // they come from a dBASE table
	crsMember []byte                                       // the crs member the decision rests on
	degrees   bool                                         // no system was stated: every coordinate must be in degrees
}

const shapefileMagic = 9994

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
	if err := f.open(ctx, path); err != nil {
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
	head := make([]byte, 512)
	n, err := io.ReadFull(file, head)
	if err != nil && err != io.ErrUnexpectedEOF && err != io.EOF {
		return fmt.Errorf("reading the delivery: %w", err)
	}
	head = head[:n]
	kind := sniff(head)
	if kind != isGeoJSON && kind != isGzip && kind != isUnknown {
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
	}
	return invalid("format-unknown", fmt.Sprintf("不认识“%.80s”的格式；可用 GeoJSON（可 gzip）、Shapefile 压缩包（.zip）、GeoPackage（.gpkg）。", f.options.Name),
		fmt.Sprintf("The format of %.80q is not known; use GeoJSON (also gzipped), a zipped Shapefile, or a GeoPackage.", f.options.Name))
}

type fileKind int

const (
	isUnknown fileKind = iota
	isEmpty
	isGeoJSON
	isGzip
	isZip
	isShapefile
	isGeoPackage
)

// sniff tells the format by the first bytes; names lie.
func sniff(head []byte) fileKind {
	text := bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\xef\xbb\xbf")), " \t\r\n\x1e")
	switch {
	case len(text) == 0:
		return isEmpty
	case bytes.HasPrefix(head, []byte{0x1f, 0x8b}):
		return isGzip
	case bytes.HasPrefix(head, []byte("PK\x03\x04")), bytes.HasPrefix(head, []byte("PK\x05\x06")), bytes.HasPrefix(head, []byte("PK\x07\x08")):
		return isZip
	case len(head) >= 4 && binary.BigEndian.Uint32(head) == shapefileMagic:
		return isShapefile
	case bytes.HasPrefix(head, []byte("SQLite format 3\x00")):
		return isGeoPackage
	case text[0] == '{' || text[0] == '[' || text[0] == '"':
		return isGeoJSON
	}
	return isUnknown
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
	source, err := f.source(ctx)
	if err != nil {
		return first{}, nil, err
	}
	defer source.Close()
	records := newReader(source)
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
		if g, _, bad := decodeGeometry(rec.geometry); bad == nil && g != nil {
			p := ringsOf(g)[0][0]
			return first{rec.record, &p}, records.crs, nil
		}
	}
	return first{}, records.crs, nil
}

// Name is the file's name as the planner knows it.
func (f *File) Name() string { return f.options.Name }

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
