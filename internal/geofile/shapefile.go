package geofile

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
)

// The sidecars that are read: offsets, attributes, reference system, encoding.
var sidecars = []string{".shx", ".dbf", ".prj", ".cpg"}

// maxSidecarText bounds a .prj and a .cpg; Esri's longest is about 2 KB.
const maxSidecarText = 64 << 10

// openZip unpacks the Shapefile, the KML or the workbook of an archive into the
// cage.
func (f *File) openZip(ctx context.Context, file *os.File, size int64) error {
	a, err := inspectZip(file, size, f.options.MaxBytes)
	if err != nil {
		return err
	}
	if folders := a.geodatabases(); len(folders) > 0 {
		return f.openGeodatabase(ctx, a, folders)
	}
	if len(a.shapefiles()) == 0 {
		e, kind, err := a.packed()
		if err != nil {
			return err
		}
		switch kind {
		case isKML:
			if err := e.unpack(f.cage, "doc.kml"); err != nil {
				return err
			}
			return f.openKML(ctx, filepath.Join(f.cage.dir, "doc.kml"))
		case isTable:
			return f.openWorkbook(ctx, io.NewSectionReader(file, 0, size), a.unpacked())
		}
		if bad := foreign(nil, f.options.Name); bad != nil {
			return bad
		}
	}
	shp, err := a.chooseShapefile(f.options.Layer)
	if err != nil {
		return err
	}
	f.part = strings.TrimSuffix(path.Base(shp.name), path.Ext(shp.name))
	if err := shp.unpack(f.cage, "data.shp"); err != nil {
		return err
	}
	for _, ext := range sidecars {
		if e, ok := a.sibling(shp, ext); ok {
			if err := e.unpack(f.cage, "data"+ext); err != nil {
				return err
			}
		}
	}
	return f.openShapefile(ctx)
}

// openBareShapefile copies a .shp and the files beside it into the cage.
func (f *File) openBareShapefile(ctx context.Context, path string) error {
	f.beside = true
	if err := f.take(path, "data.shp"); err != nil {
		return err
	}
	beside, err := os.ReadDir(filepath.Dir(path))
	if err != nil {
		return err
	}
	stem := strings.TrimSuffix(filepath.Base(path), filepath.Ext(path))
	for _, entry := range beside {
		for _, ext := range sidecars {
			if strings.EqualFold(entry.Name(), stem+ext) && entry.Type().IsRegular() {
				if err := f.take(filepath.Join(filepath.Dir(path), entry.Name()), "data"+ext); err != nil {
					return err
				}
			}
		}
	}
	return f.openShapefile(ctx)
}

// take copies a file into the cage.
func (f *File) take(path, name string) error {
	r, err := os.Open(path)
	if err != nil {
		return err
	}
	defer r.Close()
	return f.cage.copy(name, r, f.options.MaxBytes)
}

// openShapefile prepares to read data.shp in the cage.
func (f *File) openShapefile(ctx context.Context) error {
	if err := f.checkShapeType(); err != nil {
		return err
	}
	prj, err := f.sidecar("data.prj")
	if err != nil {
		return err
	}
	encoding, err := f.encoding()
	if err != nil {
		return err
	}
	f.source = func(ctx context.Context) (io.ReadCloser, error) {
		return f.cage.start(ctx, "ogr2ogr", ogrArguments("data.shp", "-preserve_fid", "-oo", "ENCODING="+encoding)...)
	}
	f.table = true
	prj = bytes.TrimSpace(prj)
	if len(prj) == 0 {
		return f.decideWithout(ctx)
	}
	return f.decideByDefinition(ctx, string(prj))
}

// ogrArguments make ogr2ogr print a layer as GeoJSON. SIGNIFICANT_FIGURES=20 is
// what makes every double come back to the bit: with 17 GDAL 3.6 trims digits
// that look like noise. GeoJSONSeq would turn rings around and cut decimals.
func ogrArguments(source string, more ...string) []string {
	return append([]string{"-f", "GeoJSON", "/vsistdout/", "-a_srs", "None", "-nlt", "CONVERT_TO_LINEAR",
		"-lco", "SIGNIFICANT_FIGURES=20", "-lco", "WRITE_NAME=NO", source}, more...)
}

// checkShapeType reads the 100-byte header: polygons, or what is asked for.
func (f *File) checkShapeType() error {
	file, err := os.Open(filepath.Join(f.cage.dir, "data.shp"))
	if err != nil {
		return err
	}
	defer file.Close()
	head := make([]byte, 100)
	if _, err := io.ReadFull(file, head); err != nil {
		return truncated(err)
	}
	if binary.BigEndian.Uint32(head) != shapefileMagic {
		return invalid("shapefile-damaged", "扩展名是 .shp，但内容不是 Shapefile，请重新导出。",
			"The file is named .shp but is no Shapefile; export it again.")
	}
	switch binary.LittleEndian.Uint32(head[32:]) {
	case 0, 5, 15, 25, 31: // null, polygon, polygon Z, polygon M, multipatch
		return nil
	case 1, 3, 8, 11, 13, 18, 21, 23, 28: // point, line, points; with Z; with M
		if f.options.Lines {
			return nil
		}
	}
	return noPolygons("Shapefile 中是点或线，没有面", "The Shapefile holds points or lines")
}

// sidecar reads a small text file of the cage, empty when it is not there.
func (f *File) sidecar(name string) ([]byte, error) {
	file, err := os.Open(filepath.Join(f.cage.dir, name))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer file.Close()
	return io.ReadAll(io.LimitReader(file, maxSidecarText))
}

// encoding decides the attributes' encoding and notes a guess.
func (f *File) encoding() (string, error) {
	file, err := os.Open(filepath.Join(f.cage.dir, "data.dbf"))
	if errors.Is(err, fs.ErrNotExist) {
		f.note(Finding{Kind: "attributes-missing", ZH: "没有 .dbf，图斑没有属性。", EN: "There is no .dbf: the features have no attributes."})
		return "UTF-8", nil
	}
	if err != nil {
		return "", err
	}
	defer file.Close()
	cpg, err := f.sidecar("data.cpg")
	if err != nil {
		return "", err
	}
	text, err := readDBF(file)
	if err != nil {
		return "", because(invalid("dbf-damaged", "属性表 .dbf 损坏，请重新导出。", "The attribute table (.dbf) is damaged; export it again."), err)
	}
	encoding, finding := tableEncoding(text, string(cpg))
	if finding != nil {
		f.note(*finding)
	}
	return encoding, nil
}
