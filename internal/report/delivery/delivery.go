// Package delivery gives a version back as a file (成果导出), as it was delivered:
// its coordinates in their reference system, every attribute. Formats that cannot
// hold something say so instead of leaving it out.
package delivery

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"hongxian/geodata"
	"hongxian/geodata/postgis"
	"hongxian/internal/report/gdal"
	"hongxian/internal/scratch"
)

// Format (导出格式) is how a version is written.
type Format string

const (
	GeoJSON    Format = "geojson" // with a crs member, every digit
	GeoPackage Format = "gpkg"
	Shapefile  Format = "shp" // zipped, UTF-8 with .cpg and .prj
	FileGDB    Format = "gdb" // zipped; coordinates to 0.1 mm, 1e-9 degrees
	Boundary   Format = "txt" // 勘测定界界址点: Gauss-Krüger planes only, to the millimetre
)

// Formats lists them.
var Formats = []Format{GeoPackage, Shapefile, GeoJSON, FileGDB, Boundary}

// Extension is what the file's name ends with.
func (f Format) Extension() string {
	switch f {
	case Shapefile, FileGDB:
		return string(f) + ".zip"
	}
	return string(f)
}

// Version (待导出版本) is a version with its records.
type Version struct {
	geodata.Version
	Title   string // of its layer, Chinese
	Fields  []postgis.DeliveredField
	Records iter.Seq2[postgis.Delivered, error] // read once
}

// Write writes a version; what was written before an error is no file. GDAL runs
// in a child process that ctx ends. Errors: Refused where the format cannot hold
// the version.
func Write(ctx context.Context, w io.Writer, v Version, format Format) error {
	switch format {
	case GeoJSON:
		return writeCollection(w, v, v.names())
	case Boundary:
		return writeBoundary(w, v)
	case GeoPackage, FileGDB, Shapefile:
		return writeByGDAL(ctx, w, v, format)
	}
	return &geodata.Error{Kind: geodata.Invalid, Code: "format-unknown",
		ZH: fmt.Sprintf("不支持导出为“%.20s”，可用 gpkg、shp、geojson、gdb、txt。", format),
		EN: fmt.Sprintf("%.20q cannot be exported; gpkg, shp, geojson, gdb and txt can.", format)}
}

// note marks files of schematic data.
func (v Version) note() string {
	if v.Schematic {
		return "示意数据：非真实界线，无法律效力。Schematic data, without legal force."
	}
	return ""
}

// made is the time that files carry as theirs, so that a version gives the same
// file again.
func (v Version) made() time.Time {
	if v.Published != nil {
		return *v.Published
	}
	return v.Created
}

// layerName is a name that every format takes: red_line_2022.
func (v Version) layerName() string {
	name := []rune(string(v.Layer) + "_" + v.Label)
	for i, r := range name {
		if (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') {
			name[i] = '_'
		}
	}
	return string(name)
}

// writeByGDAL has GDAL turn a collection into a format of its own.
func writeByGDAL(ctx context.Context, w io.Writer, v Version, format Format) (err error) {
	names := v.names()
	if format == Shapefile {
		if names, err = dbaseNames(v.Fields); err != nil {
			return err
		}
	}
	folder, err := scratch.Make("", scratch.Export)
	if err != nil {
		return err
	}
	defer folder.Remove()
	dir := folder.Path
	source, err := os.Create(filepath.Join(dir, "records.json"))
	if err != nil {
		return err
	}
	if err := errors.Join(writeCollection(source, v, names), source.Close()); err != nil {
		return err
	}
	if err := gdal.Run(ctx, dir, v.made(), v.program(format)); err != nil {
		return err
	}
	return v.collect(w, dir, format, names)
}

// collect gives what GDAL wrote in a folder: one file, or all of them packed.
func (v Version) collect(w io.Writer, dir string, format Format, names []column) error {
	if format == GeoPackage {
		return copyFile(w, filepath.Join(dir, "out.gpkg"))
	}
	var pack []packed
	switch format {
	case FileGDB:
		pack = filesIn(filepath.Join(dir, v.layerName()+".gdb"), v.layerName()+".gdb")
	case Shapefile:
		pack = filesIn(filepath.Join(dir, "shp"), "")
		if list := fieldList(names); list != nil {
			pack = append(pack, packed{name: "fields.csv", text: list})
		}
	}
	if v.Schematic {
		pack = append(pack, packed{name: "示意数据.txt", text: []byte("\ufeff" + v.note() + "\r\n")})
	}
	return zipFiles(w, pack, v.made())
}

// program is GDAL's command line. Texts stay texts, also those that look like dates.
func (v Version) program(format Format) []string {
	base := []string{"ogr2ogr", "-a_srs", "EPSG:" + strconv.Itoa(v.SRID), "-nln", v.layerName(), "-oo", "DATE_AS_STRING=YES", "-f"}
	switch format {
	case GeoPackage:
		return append(base, "GPKG", "out.gpkg", "records.json", "-nlt", "MULTIPOLYGON", "-lco", "GEOMETRY_NAME=geom",
			"-lco", "IDENTIFIER="+v.Title+" "+v.Ref().String(), "-lco", "DESCRIPTION="+v.note())
	case FileGDB:
		return append(base, "OpenFileGDB", v.layerName()+".gdb", "records.json", "-nlt", "MULTIPOLYGON",
			"-lco", "LAYER_ALIAS="+v.Title+" "+v.note())
	}
	return append(base, "ESRI Shapefile", "shp", "records.json", "-nlt", "POLYGON", "-lco", "ENCODING=UTF-8")
}
