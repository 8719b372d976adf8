package geofile

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"path"
	"regexp"
	"strings"

	"hongxian/geodata"
)

type fileKind int

const (
	isUnknown fileKind = iota
	isEmpty
	isGeoJSON
	isGzip
	isZip
	isShapefile
	isGeoPackage
	isKML
	isDXF
	isBoundary // 勘测定界 TXT
	isTable    // CSV of points
	isWKT
	isForeign // known, and read by nothing here
)

// sniffed is how many of a file's first bytes tell its format.
const sniffed = 8 << 10

var (
	wktStart  = regexp.MustCompile(`(?i)^(SRID\s*=\s*\d{1,6}\s*;\s*)?(MULTI)?(POINT|LINESTRING|POLYGON)\s*(Z|M|ZM)?\s*(\(|EMPTY)`)
	kmlStart  = regexp.MustCompile(`(?i)<([\w.-]+:)?kml[\s/>]`)
	dxfStart  = regexp.MustCompile(`^(\s*999\s*\r?\n[^\n]*\n)*\s*0\s*\r?\n\s*SECTION\s*\r?\n`)
	vctStart  = regexp.MustCompile(`(?i)^(\xef\xbb\xbf)?\s*(HeadBegin|DataMark\s*:\s*(CNSDTF|LANDUSE)-VCT)`)
	dwgStart  = regexp.MustCompile(`^AC1[0-9.]\d`)
	binaryDXF = []byte("AutoCAD Binary DXF")
	oldOffice = []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
)

// sniff tells the format by the first bytes, because names lie; the name counts
// only for what has no mark of its own.
func sniff(head []byte, name string) fileKind {
	text := strings.TrimLeft(decodeText(head, true), " \t\r\n\x1e")
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
	case foreign(head, name) != nil:
		return isForeign
	case text[0] == '{': // no other text begins so; to look for the others takes as long as to read it
		return isGeoJSON
	}
	if looksLikeBoundary(string(head)) {
		return isBoundary // also where a broken character spoils the decoding
	}
	return sniffText(text, name)
}

// sniffText tells text formats apart.
func sniffText(text, name string) fileKind {
	switch {
	case text[0] == '<' && kmlStart.MatchString(text):
		return isKML
	case dxfStart.MatchString(text):
		return isDXF
	case looksLikeBoundary(text):
		return isBoundary
	case wktStart.MatchString(text):
		return isWKT
	case text[0] == '[':
		return isGeoJSON
	case looksLikeTable(text, strings.EqualFold(path.Ext(name), ".csv")):
		return isTable
	case text[0] == '"':
		return isGeoJSON
	}
	return isUnknown
}

// foreign refuses the formats that planners have and that cannot be read here,
// with the way round; nil for all others.
func foreign(head []byte, name string) *geodata.Error {
	ext := strings.ToLower(path.Ext(name))
	switch {
	case dwgStart.Match(head):
		return invalid("format-dwg", "DWG 是 AutoCAD 的专有格式，不能读取；请在 CAD 中“另存为”DXF（ASCII，2000 或以上版本）后再提交。",
			"DWG is AutoCAD's own format and cannot be read; save the drawing as DXF (ASCII, version 2000 or later).")
	case bytes.HasPrefix(head, binaryDXF):
		return invalid("format-dxf-binary", "这是二进制 DXF，不能读取；请在 CAD 中另存为 ASCII DXF。",
			"This is a binary DXF, which cannot be read; save it as ASCII DXF.")
	case bytes.HasPrefix(head, oldOffice):
		return invalid("format-xls", "这是旧版 Office 文件（.xls），不能读取；请在 Excel 或 WPS 中另存为 .xlsx 或 .csv。",
			"This is an old Office file (.xls), which cannot be read; save it as .xlsx or .csv.")
	case ext == ".vct", vctStart.Match(head):
		return invalid("format-vct", "VCT（国家地理空间数据交换格式 GB/T 17798）各版本的写法不一，本系统没有可核对的格式文本，为免读错界线不予读取；请用原软件（如 MapGIS、SuperMap 或国土数据转换工具）转换为 Shapefile、文件地理数据库（GDB）或 GeoPackage 后再提交。",
			"VCT (GB/T 17798) is written differently by its versions, and no text of the format was at hand to check a reader by; rather than misread a boundary it is refused. Convert it to a Shapefile, a file geodatabase or a GeoPackage with the software it comes from.")
	case ext == ".ovobj", ext == ".ovkmz", ext == ".ovjsn":
		return invalid("format-ovital", "这是奥维互动地图的专有格式（"+ext+"），不能读取；请在奥维中导出为 KML、DXF 或 TXT 后再提交，并核对导出坐标是否为 GCJ-02。",
			"This is Ovital Map's own format ("+ext+"), which cannot be read; export KML, DXF or TXT from Ovital, and check whether the export is in GCJ-02.")
	}
	return nil
}

// unknownFormat lists what can be read.
func unknownFormat(name string) *geodata.Error {
	return invalid("format-unknown", fmt.Sprintf("不认识“%.80s”的格式；可用 GeoJSON（可 gzip）、Shapefile 或文件地理数据库（GDB）的压缩包（.zip）、GeoPackage（.gpkg）、KML/KMZ/OVKML、DXF、勘测定界界址点 TXT、界址点 CSV/XLSX、WKT。", name),
		fmt.Sprintf("The format of %.80q is not known; use GeoJSON (also gzipped), a zipped Shapefile or file geodatabase, a GeoPackage, KML/KMZ/OVKML, DXF, a boundary-point TXT, a CSV or XLSX of points, or WKT.", name))
}
