package httpapi

import (
	"bytes"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"hongxian/geodata"
	"hongxian/internal/report"
	"hongxian/tiles"
)

const tileType = "application/vnd.mapbox-vector-tile"

// readTile answers with one tile of a labelled version.
func (s *Server) readTile(c echo.Context) error {
	y, ok := strings.CutSuffix(param(c, "y"), ".mvt")
	if !ok {
		return notFound("tile-format", "瓦片只有 .mvt 格式。", "Tiles come as .mvt only.")
	}
	ref, err := geodata.ParseVersionRef(param(c, "ref"))
	if err != nil {
		return err
	}
	if ref.Label == "" {
		return notFound("tile-label-needed", "瓦片地址须带版本标签，例如 red-line@2022；现行版本的地址见 /tiles/图层.json。",
			"A tile's address names a version, as in red-line@2022; /tiles/LAYER.json gives that of the version in force.")
	}
	tile, err := tiles.ParseTile(param(c, "z"), param(c, "x"), y)
	if err != nil {
		return err
	}
	v, err := s.held.resolve(c.Request().Context(), ref)
	if err != nil {
		return err
	}
	drawn, err := s.Tiles.Render(c.Request().Context(), v, tile)
	if err != nil {
		return err
	}
	return sendTile(c, v, drawn)
}

// sendTile answers with the tile as it is kept, or unpacked for a client that
// does not take gzip.
func sendTile(c echo.Context, v geodata.Version, t tiles.Rendered) error {
	h := c.Response().Header()
	h.Set("Vary", "Accept-Encoding")
	if tiles.Immutable(v) {
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
	}
	if t.Empty() {
		return c.NoContent(http.StatusNoContent)
	}
	h.Set("Content-Type", tileType)
	body := t.Gzip
	if acceptsGzip(c.Request()) {
		h.Set("Content-Encoding", "gzip")
		h.Set("ETag", t.ETag)
	} else {
		plain, err := t.Plain()
		if err != nil {
			return err
		}
		body = plain
		h.Set("ETag", strings.TrimSuffix(t.ETag, `"`)+`-plain"`)
	}
	http.ServeContent(c.Response(), c.Request(), "", time.Time{}, bytes.NewReader(body))
	return nil
}

// acceptsGzip reads Accept-Encoding: gzip or *, unless its weight is zero.
func acceptsGzip(r *http.Request) bool {
	for _, entry := range strings.Split(strings.Join(r.Header.Values("Accept-Encoding"), ","), ",") {
		coding, weight, _ := strings.Cut(strings.TrimSpace(entry), ";")
		if coding = strings.TrimSpace(strings.ToLower(coding)); coding != "gzip" && coding != "*" {
			continue
		}
		q, found := strings.CutPrefix(strings.ReplaceAll(weight, " ", ""), "q=")
		if f, err := strconv.ParseFloat(q, 64); !found || err == nil && f > 0 {
			return true
		}
	}
	return false
}

// compressesItself tells the gzip middleware what already comes compressed, or
// is served with its own encodings.
func compressesItself(c echo.Context) bool {
	return strings.HasPrefix(c.Path(), "/tiles/:ref/") || c.Path() == "/*" || c.Path() == eventsPath
}

// readTileJSON describes a version's tiles; a bare layer means the version in
// force, which changes, so the answer is asked for anew each time.
func (s *Server) readTileJSON(c echo.Context) error {
	name, ok := strings.CutSuffix(param(c, "name"), ".json")
	if !ok {
		return notFound("address-unknown", "没有这个地址。", "There is nothing at this address.")
	}
	ref, err := geodata.ParseVersionRef(name)
	if err != nil {
		return err
	}
	ctx := c.Request().Context()
	v, err := s.Catalogue.Resolve(ctx, ref)
	if err != nil {
		return err
	}
	layer, err := s.held.layer(ctx, v.County, v.Layer)
	if err != nil {
		return err
	}
	sheet, err := s.sheet(c, report.LayerState{Layer: layer, InForce: &v}, tiles.Paint{})
	if err != nil {
		return err
	}
	c.Response().Header().Set("Cache-Control", "no-cache")
	return writeJSON(c, sheet.Describe(s.originOf(c)))
}

func (s *Server) sheet(c echo.Context, l report.LayerState, p tiles.Paint) (tiles.Sheet, error) {
	bounds, err := s.Tiles.Bounds(c.Request().Context(), *l.InForce)
	if err != nil {
		return tiles.Sheet{}, fmt.Errorf("describe %s: %w", l.InForce.Ref(), err)
	}
	return tiles.Sheet{Version: *l.InForce, Title: l.Layer.TitleZH, Bounds: bounds, Paint: p, Tiling: l.Layer.Tiles}, nil
}

// readStyle draws every layer that has a version in force.
func (s *Server) readStyle(c echo.Context) error {
	county, states, err := s.catalogueOf(c)
	if err != nil {
		return err
	}
	paint := s.Paint(county)
	var sheets []tiles.Sheet
	for _, l := range states {
		if l.InForce == nil {
			continue
		}
		sheet, err := s.sheet(c, l, paint[l.Layer.Key])
		if err != nil {
			return err
		}
		sheets = append(sheets, sheet)
	}
	c.Response().Header().Set("Cache-Control", "no-cache")
	return writeJSON(c, tiles.Style(county.NameZH, s.originOf(c), sheets))
}
