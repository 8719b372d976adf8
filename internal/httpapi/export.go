package httpapi

import (
	"context"
	"fmt"
	"io"
	"mime"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"hongxian/geodata"
	"hongxian/internal/report/delivery"
)

// Exporter gives versions back as files.
type Exporter interface {
	Write(ctx context.Context, ref geodata.VersionRef, format delivery.Format, w io.Writer) (geodata.Version, error)
}

// exportTypes are the media types of export formats.
var exportTypes = map[delivery.Format]string{
	delivery.GeoJSON: "application/geo+json", delivery.GeoPackage: "application/geopackage+sqlite3",
	delivery.Shapefile: "application/zip", delivery.FileGDB: "application/zip", delivery.Boundary: "text/plain; charset=gb18030",
}

// exportVersion gives a version as a file. It is written to the disk first: a
// failure on the way is then an error, not half a file.
func (s *Server) exportVersion(c echo.Context) error {
	format := delivery.Format(param(c, "format"))
	if exportTypes[format] == "" {
		return notFound("format-unknown", fmt.Sprintf("不支持导出为“%.10s”，可用 gpkg、shp、geojson、gdb、txt。", format),
			fmt.Sprintf("%.10q cannot be exported; gpkg, shp, geojson, gdb and txt can.", format))
	}
	county, err := s.namedCounty(c)
	if err != nil {
		return err
	}
	ref, err := geodata.ParseVersionRef(strings.TrimPrefix(county+"."+param(c, "layer")+"@"+param(c, "label"), "."))
	if err != nil {
		return err
	}
	file, err := os.CreateTemp("", "hongxian-export-*")
	if err != nil {
		return fmt.Errorf("making a file to export to: %w", err)
	}
	defer file.Close()
	os.Remove(file.Name()) // it lives as long as it is open
	v, err := s.Exporter.Write(c.Request().Context(), ref, format, file)
	if err != nil {
		return err
	}
	name := fmt.Sprintf("%s-%s.%s", v.Layer, v.Label, format.Extension())
	if v.Schematic {
		name = "示意数据-" + name
	}
	h := c.Response().Header()
	h.Set("Content-Type", exportTypes[format])
	h.Set("Cache-Control", "private, no-cache")
	h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": name}))
	http.ServeContent(c.Response(), c.Request(), "", time.Time{}, file)
	return nil
}
