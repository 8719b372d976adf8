package httpapi

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"hongxian/internal/basemap"
	"hongxian/internal/openapi"
)

// listBasemaps names the base maps; a service without any has an empty list.
func (s *Server) listBasemaps(c echo.Context) error {
	list := openapi.BasemapList{Basemaps: []openapi.Basemap{}}
	for _, source := range s.Basemaps.List() {
		list.Basemaps = append(list.Basemaps, openapi.Basemap{Key: source.Key, Title: source.Title, TitleEn: source.TitleEN,
			Tiles: "/basemap/" + source.Key + "/{z}/{x}/{y}", Maxzoom: basemap.MaxZoom})
	}
	return c.JSON(http.StatusOK, list)
}

// readBasemap passes on one picture of a base map.
func (s *Server) readBasemap(c echo.Context) error {
	tile, err := basemap.ParseTile(param(c, "z"), param(c, "x"), param(c, "row"))
	if err != nil {
		return err
	}
	picture, err := s.Basemaps.Tile(c.Request().Context(), param(c, "source"), tile)
	if err != nil {
		return err
	}
	c.Response().Header().Set("Cache-Control", "private, max-age=86400")
	return c.Blob(http.StatusOK, picture.Type, picture.Body)
}
