package httpapi

import (
	"context"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"hongxian/geodata"
	"hongxian/geodata/postgis"
	"hongxian/internal/report"
	"hongxian/tiles"
)

const tileType = "application/vnd.mapbox-vector-tile"

// sendHeld answers at once with a tile that is in memory. All others go on: there a
// deadline is set, which costs more than such a tile.
func (s *Server) sendHeld(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		recall := func(_ context.Context, name string) (geodata.Version, error) { return s.held.recall(sightOf(c), name) }
		if q, err := tileRequest(c, recall); err == nil {
			if t, ok := s.Tiles.Held(q); ok {
				return sendTile(c, q, t)
			}
		}
		return next(c)
	}
}

// readTile answers with one tile of one or more labelled versions.
func (s *Server) readTile(c echo.Context) error {
	q, err := tileRequest(c, s.held.resolve)
	if err != nil {
		return err
	}
	drawn, err := s.Tiles.Render(c.Request().Context(), q)
	if err != nil {
		return err
	}
	return sendTile(c, q, drawn)
}

// resolver finds the version a labelled reference names.
type resolver func(ctx context.Context, name string) (geodata.Version, error)

// tileRequest reads a tile's address and the encoding that is asked for.
func tileRequest(c echo.Context, resolve resolver) (q tiles.Request, err error) {
	y, ok := strings.CutSuffix(param(c, "y"), ".mvt")
	if !ok {
		return q, notFound("tile-format", "瓦片只有 .mvt 格式。", "Tiles come as .mvt only.")
	}
	if q.Tile, err = tiles.ParseTile(param(c, "z"), param(c, "x"), y); err != nil {
		return q, err
	}
	q.Encoding = tiles.Negotiate(strings.Join(c.Request().Header["Accept-Encoding"], ","))
	q.Versions, err = drawnVersions(c, resolve)
	return q, err
}

// drawnVersions reads the references of a tile's address: a@x or a@x,b@y.
func drawnVersions(c echo.Context, resolve resolver) ([]geodata.Version, error) {
	list := param(c, "ref")
	if strings.Count(list, ",") >= tiles.MaxLayers {
		return nil, invalid("tile-too-many-layers", fmt.Sprintf("一个瓦片最多含 %d 个图层。", tiles.MaxLayers),
			fmt.Sprintf("A tile holds at most %d layers.", tiles.MaxLayers))
	}
	versions := make([]geodata.Version, 0, 1)
	for name := range strings.SplitSeq(list, ",") {
		v, err := resolve(c.Request().Context(), name)
		if err != nil {
			return nil, err
		}
		if slices.ContainsFunc(versions, func(o geodata.Version) bool { return o.Layer == v.Layer }) {
			return nil, invalid("tile-layer-repeated", fmt.Sprintf("一个瓦片中图层 %s 只能出现一次。", v.Layer),
				fmt.Sprintf("A tile may hold the layer %s once.", v.Layer))
		}
		versions = append(versions, v)
	}
	return versions, nil
}

// Values of a tile's headers, shared by all answers: they are replaced, never changed.
var (
	keepForEver = []string{"public, max-age=31536000, immutable"}
	keepAlone   = []string{"private, max-age=31536000, immutable"} // what not everybody may see
	keepNowhere = []string{"private, no-store"}
	tileTypes   = []string{tileType}
	encodings   = map[tiles.Encoding][]string{tiles.Gzip: {"gzip"}, tiles.Zstd: {"zstd"}, tiles.Brotli: {"br"}}
)

// sendTile answers with the tile; a client that has these very bytes learns that.
// Draws of drafts are nobody else's and change. Header names are written as they
// are held.
func sendTile(c echo.Context, q tiles.Request, t tiles.Rendered) error {
	h := c.Response().Header()
	h.Add("Vary", "Accept-Encoding")
	h["Cache-Control"] = keepForEver
	if asking := askedBy(c); asking != nil && asking.Person.ID != 0 {
		// Whoever signs in next at this browser does not see what it kept.
		h.Add("Vary", "Cookie")
		h.Add("Vary", "Authorization")
		h["Cache-Control"] = keepAlone
	}
	for _, v := range q.Versions {
		if !tiles.Immutable(v) {
			h["Cache-Control"] = keepNowhere
		}
	}
	if t.Empty() {
		return c.NoContent(http.StatusNoContent)
	}
	h["Etag"] = []string{t.ETag}
	if matches(c.Request().Header["If-None-Match"], t.ETag) {
		return c.NoContent(http.StatusNotModified)
	}
	h["Content-Type"] = tileTypes
	if q.Encoding != tiles.Plain {
		h["Content-Encoding"] = encodings[q.Encoding]
	}
	h["Content-Length"] = []string{strconv.Itoa(len(t.Body))}
	c.Response().WriteHeader(http.StatusOK)
	if c.Request().Method == http.MethodHead {
		return nil
	}
	_, err := c.Response().Write(t.Body)
	return err
}

// matches reports whether an If-None-Match names the tag, as one of a list, weakly
// or by *.
func matches(headers []string, tag string) bool {
	for _, header := range headers {
		for entry := range strings.SplitSeq(header, ",") {
			if entry = strings.TrimSpace(entry); entry == "*" || strings.TrimPrefix(entry, "W/") == tag {
				return true
			}
		}
	}
	return false
}

// compressesItself tells the gzip middleware what already comes compressed, or
// is served with its own encodings.
func compressesItself(c echo.Context) bool {
	return c.Path() == tilePath || c.Path() == "/*" || c.Path() == eventsPath
}

// readTileJSON describes a version's tiles; a bare layer means the version in
// force, which changes, so the answer is asked for anew each time.
func (s *Server) readTileJSON(c echo.Context) error {
	name, ok := strings.CutSuffix(param(c, "name"), ".json")
	if !ok {
		return notFound("address-unknown", "没有这个地址。", "There is nothing at this address.")
	}
	ctx := c.Request().Context()
	if countyNumber.MatchString(name) {
		return s.readCountyTileJSON(c, name)
	}
	ref, err := geodata.ParseVersionRef(name)
	if err != nil {
		return err
	}
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

// countyNumber is what a county's own TileJSON is called by; layers begin with a letter.
var countyNumber = regexp.MustCompile(`^[0-9]{1,16}$`)

// readCountyTileJSON describes one tile of all layers in force, as many as it may
// hold.
func (s *Server) readCountyTileJSON(c echo.Context, code string) error {
	ctx := c.Request().Context()
	county, err := s.Catalogue.County(ctx, code)
	if err != nil {
		return err
	}
	sheets, err := s.sheets(c, county, nil)
	if err != nil {
		return err
	}
	if len(sheets) == 0 {
		return notFound("county-empty", "该县尚无现行版本。", "The county has no version in force yet.")
	}
	c.Response().Header().Set("Cache-Control", "no-cache")
	return writeJSON(c, tiles.DescribeAll(code, county.NameZH, s.originOf(c), sheets[:min(len(sheets), tiles.MaxLayers)]))
}

// sheets describes every layer of a county that has a version in force.
func (s *Server) sheets(c echo.Context, county postgis.County, paint map[geodata.LayerKey]tiles.Paint) ([]tiles.Sheet, error) {
	states, err := s.statesOf(c, county)
	if err != nil {
		return nil, err
	}
	var sheets []tiles.Sheet
	for _, l := range states {
		if l.InForce == nil {
			continue
		}
		sheet, err := s.sheet(c, l, paint[l.Layer.Key])
		if err != nil {
			return nil, err
		}
		sheets = append(sheets, sheet)
	}
	return sheets, nil
}

func (s *Server) sheet(c echo.Context, l report.LayerState, p tiles.Paint) (tiles.Sheet, error) {
	bounds, err := s.Tiles.Bounds(c.Request().Context(), *l.InForce)
	if err != nil {
		return tiles.Sheet{}, fmt.Errorf("describe %s: %w", l.InForce.Ref(), err)
	}
	zooms, err := s.Tiles.Zooms(c.Request().Context(), *l.InForce)
	if err != nil {
		return tiles.Sheet{}, fmt.Errorf("describe %s: %w", l.InForce.Ref(), err)
	}
	return tiles.Sheet{Version: *l.InForce, Title: l.Layer.TitleZH, Bounds: bounds, Paint: p, Tiling: l.Layer.Tiles, Zooms: zooms}, nil
}

// readStyle draws every layer that has a version in force.
func (s *Server) readStyle(c echo.Context) error {
	variant := tiles.Variant(c.QueryParam("variant"))
	if variant == "light" {
		variant = tiles.Light
	}
	if variant != tiles.Light && variant != tiles.Contrast {
		return invalid("variant-unknown", fmt.Sprintf("没有样式“%.20s”，可用 light、contrast。", variant),
			fmt.Sprintf("There is no style variant %.20q; use light or contrast.", variant))
	}
	county, err := s.countyOf(c)
	if err != nil {
		return err
	}
	sheets, err := s.sheets(c, county, s.Paint(county))
	if err != nil {
		return err
	}
	c.Response().Header().Set("Cache-Control", "no-cache")
	return writeJSON(c, tiles.Style(county.NameZH, s.originOf(c), variant, sheets))
}
