package httpapi

import (
	"context"
	"encoding/json"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/labstack/echo/v4"
	"github.com/paulmach/orb"

	"hongxian/geodata"
	"hongxian/geodata/postgis"
	"hongxian/internal/answer"
	"hongxian/internal/openapi"
	"hongxian/internal/place"
	"hongxian/internal/record"
	"hongxian/internal/report"
)

// Places finds what is held by place and by name, and measures drawings.
type Places interface {
	Identify(ctx context.Context, k place.County, at orb.Point, versions []geodata.Version) ([]place.Feature, error)
	Grid(ctx context.Context, k place.County, at orb.Point) (orb.Point, error)
	Search(ctx context.Context, k place.County, text string, versions []geodata.Version, limit int) ([]place.Feature, error)
	Locate(ctx context.Context, k place.County, text string) ([]place.Spot, error)
	Measure(ctx context.Context, k place.County, shape orb.Geometry) (place.Measured, error)
}

const (
	searchDefault = 20
	searchChecks  = 5  // kept checks beside what else is found
	identifyMost  = 64 // versions asked at once
)

// identify gives every feature at a place.
func (s *Server) identify(c echo.Context) error {
	county, err := s.countyOf(c)
	if err != nil {
		return err
	}
	at, err := placeOf(c)
	if err != nil {
		return err
	}
	layers, versions, err := s.askedVersions(c, county)
	if err != nil {
		return err
	}
	k, ctx := placeCounty(county), c.Request().Context()
	found, err := s.Places.Identify(ctx, k, at, versions)
	if err != nil {
		return err
	}
	grid, err := s.Places.Grid(ctx, k, at)
	if err != nil {
		return err
	}
	return writeJSON(c, report.Identified(at, grid, county.PlaneSRID, report.FoundFeatures(found, layers)))
}

func placeCounty(k postgis.County) place.County {
	return place.County{Code: k.Code, PlaneSRID: k.PlaneSRID, Bounds: k.Bounds}
}

// placeOf reads lon and lat.
func placeOf(c echo.Context) (at orb.Point, err error) {
	for i, name := range []string{"lon", "lat"} {
		limit := 180 / float64(i+1)
		if at[i], err = strconv.ParseFloat(c.QueryParam(name), 64); err != nil || !(at[i] >= -limit && at[i] <= limit) {
			return at, invalid("place-malformed", "lon、lat 应为经度、纬度（度），例如 lon=109.88&lat=31.07。", "lon and lat are degrees, as in lon=109.88&lat=31.07.")
		}
	}
	return at, nil
}

// askedVersions are the versions that layers names, else those in force, in the
// catalogue's order.
func (s *Server) askedVersions(c echo.Context, county postgis.County) ([]geodata.Layer, []geodata.Version, error) {
	states, err := s.statesOf(c, county)
	if err != nil {
		return nil, nil, err
	}
	var layers []geodata.Layer
	var versions []geodata.Version
	for _, l := range states {
		layers = append(layers, l.Layer)
		if l.InForce != nil {
			versions = append(versions, *l.InForce)
		}
	}
	text := c.QueryParam("layers")
	if text == "" {
		return layers, versions, nil
	}
	versions = nil
	for name := range strings.SplitSeq(text, ",") {
		ref, err := geodata.ParseVersionRef(name)
		if err != nil {
			return nil, nil, err
		}
		if len(versions) == identifyMost {
			return nil, nil, invalid("layers-too-many", fmt.Sprintf("一次最多查询 %d 个图层版本。", identifyMost), fmt.Sprintf("At most %d versions are asked at once.", identifyMost))
		}
		if ref.County == "" {
			ref.County = county.Code
		}
		if ref.County != county.Code {
			return nil, nil, invalid("county-mixed", "layers 应为同一个县的版本。", "layers names versions of one county.")
		}
		v, err := s.Catalogue.Resolve(c.Request().Context(), ref)
		if err != nil {
			return nil, nil, err
		}
		versions = append(versions, v)
	}
	return layers, versions, nil
}

// search finds features, kept checks and typed coordinates.
func (s *Server) search(c echo.Context) error {
	county, err := s.countyOf(c)
	if err != nil {
		return err
	}
	text := strings.TrimSpace(c.QueryParam("q"))
	if text == "" || !utf8.ValidString(text) || utf8.RuneCountInString(text) > nameLimit || strings.ContainsRune(text, 0) {
		return invalid("search-malformed", fmt.Sprintf("q 应为 1 至 %d 个字的文字。", nameLimit), fmt.Sprintf("q is text of 1 to %d characters.", nameLimit))
	}
	limit, err := limitOf(c, searchDefault, pageLimit)
	if err != nil {
		return err
	}
	layers, versions, err := s.askedVersions(c, county)
	if err != nil {
		return err
	}
	k, ctx := placeCounty(county), c.Request().Context()
	spots, err := s.Places.Locate(ctx, k, text)
	if err != nil {
		return err
	}
	features, err := s.Places.Search(ctx, k, text, versions, limit)
	if err != nil {
		return err
	}
	checks, err := s.searchChecks(ctx, county.Code, text)
	if err != nil {
		return err
	}
	return writeJSON(c, openapi.Found{Places: report.FoundPlaces(spots), Features: report.FoundFeatures(features, layers), Checks: checks})
}

// someDigits are the first digits of a check's number, enough to tell it from a name.
var someDigits = regexp.MustCompile(`^[0-9a-f]{8,64}$`)

// searchChecks finds kept checks by the site's or the parcel's name, and the one whose
// number or printed code is typed.
func (s *Server) searchChecks(ctx context.Context, county, text string) ([]openapi.CheckEntry, error) {
	entries, err := s.Records.List(ctx, record.Search{County: county, Kind: answer.KindCheck, Subject: text, Parcels: true,
		Before: time.Now().Add(time.Hour), Limit: searchChecks})
	if err != nil {
		return nil, err
	}
	number := strings.ToLower(text)
	if code, err := report.ParseCode(text); err == nil {
		number = code
	}
	out := []openapi.CheckEntry{}
	if someDigits.MatchString(number) {
		body, err := s.Records.Find(ctx, county, number)
		var known openapi.Check
		if e := geodata.AsError(err); err != nil && e.Kind != geodata.NotFound && e.Kind != geodata.Invalid {
			return nil, err
		} else if err == nil && json.Unmarshal(body, &known) == nil && known.Verdict.Outcome != "" {
			out = append(out, checkEntry(known))
		}
	}
	for _, e := range entries {
		kept, err := keptEntry(e)
		if err != nil {
			return nil, err
		}
		out = append(out, kept)
	}
	return out, nil
}

// measureDrawing measures a drawing.
func (s *Server) measureDrawing(c echo.Context) error {
	county, err := s.countyOf(c)
	if err != nil {
		return err
	}
	var asked openapi.Drawing
	if err := readJSON(c, &asked); err != nil {
		return err
	}
	shape, err := shapeOf(asked)
	if err != nil {
		return err
	}
	m, err := s.Places.Measure(c.Request().Context(), placeCounty(county), shape)
	if err != nil {
		return err
	}
	return writeJSON(c, report.Measured(m, county.PlaneSRID))
}

// shapeOf reads a drawing. What is neither kind is nothing, which cannot be measured.
func shapeOf(d openapi.Drawing) (shape orb.Geometry, err error) {
	switch d.Type {
	case openapi.DrawingTypeLineString:
		var line orb.LineString
		if err = json.Unmarshal(d.Coordinates, &line); err == nil {
			shape = line
		}
	case openapi.DrawingTypePolygon:
		var polygon orb.Polygon
		if err = json.Unmarshal(d.Coordinates, &polygon); err == nil {
			shape = polygon
		}
	}
	if err != nil {
		return nil, &geodata.Error{Kind: geodata.Invalid, Code: "drawing-malformed", Err: err,
			ZH: "coordinates 应为 GeoJSON 的坐标数组，每个位置为经度、纬度。", EN: "coordinates are GeoJSON positions, longitude and latitude each."}
	}
	return shape, nil
}
