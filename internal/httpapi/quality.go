package httpapi

import (
	"context"
	"fmt"
	"mime"
	"net/http"

	"github.com/labstack/echo/v4"

	"hongxian/geodata"
	"hongxian/internal/openapi"
)

// Qualities gives quality reports; see answer.Qualities.
type Qualities interface {
	Find(ctx context.Context, ref geodata.VersionRef) (openapi.Quality, error)
	Workbook(ctx context.Context, ref geodata.VersionRef) ([]byte, error)
	Places(ctx context.Context, ref geodata.VersionRef) ([]byte, error)
}

// versionOf is the version that a path names, if whoever asks may see it.
func (s *Server) versionOf(c echo.Context) (geodata.VersionRef, error) {
	county, err := s.countyOf(c)
	if err != nil {
		return geodata.VersionRef{}, err
	}
	ref, err := geodata.ParseVersionRef(county.Code + "." + param(c, "layer") + "@" + param(c, "label"))
	if err == nil && !sightOf(c).Unlimited() {
		_, err = s.Catalogue.Resolve(c.Request().Context(), ref)
	}
	return ref, err
}

// readQuality gives the report on what is wrong with a version.
func (s *Server) readQuality(c echo.Context) error {
	ref, err := s.versionOf(c)
	if err != nil {
		return err
	}
	found, err := s.Qualities.Find(c.Request().Context(), ref)
	if err != nil {
		return err
	}
	return writeJSON(c, found)
}

// readQualityFile gives it as a workbook, or its places as a GeoPackage.
func (s *Server) readQualityFile(c echo.Context) error {
	ref, err := s.versionOf(c)
	if err != nil {
		return err
	}
	var body []byte
	var media string
	format := param(c, "format")
	switch format {
	case "xlsx":
		media = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
		body, err = s.Qualities.Workbook(c.Request().Context(), ref)
	case "gpkg":
		media = "application/geopackage+sqlite3"
		body, err = s.Qualities.Places(c.Request().Context(), ref)
	default:
		return notFound("format-unknown", fmt.Sprintf("没有“%.10s”格式的质检报告，可用 xlsx、gpkg。", format), fmt.Sprintf("There is no quality report of format %.10q; use xlsx or gpkg.", format))
	}
	if err != nil {
		return err
	}
	h := c.Response().Header()
	h.Set("Cache-Control", "private, no-cache")
	h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": fmt.Sprintf("质检-%s-%s.%s", ref.Layer, ref.Label, format)}))
	return c.Blob(http.StatusOK, media, body)
}
