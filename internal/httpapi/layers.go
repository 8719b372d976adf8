package httpapi

import (
	"fmt"
	"net/http"
	"regexp"

	"github.com/labstack/echo/v4"

	"hongxian/geodata"
	"hongxian/geodata/postgis"
	"hongxian/internal/openapi"
	"hongxian/internal/report"
)

func (s *Server) listLayers(c echo.Context) error {
	county, states, err := s.catalogueOf(c)
	if err != nil {
		return err
	}
	list := report.LayerList(openapi.County{Code: county.Code, Name: county.NameZH}, states)
	if county.PlaneSRID != 0 {
		plane := fmt.Sprintf("EPSG:%d", county.PlaneSRID)
		list.Plane = &plane
	}
	return writeJSON(c, list)
}

func (s *Server) listVersions(c echo.Context) error {
	county, err := s.countyOf(c)
	if err != nil {
		return err
	}
	key, err := geodata.ParseLayerKey(param(c, "layer"))
	if err != nil {
		return err
	}
	if _, err := s.held.layer(c.Request().Context(), county.Code, key); err != nil {
		return err
	}
	versions, err := s.Catalogue.Versions(c.Request().Context(), county.Code, key)
	if err != nil {
		return err
	}
	return writeJSON(c, report.VersionList(key, versions))
}

var countyCode = regexp.MustCompile(`^[0-9A-Za-z]{1,16}$`)

// countyOf finds the county that the query names, or the only one held.
func (s *Server) countyOf(c echo.Context) (postgis.County, error) {
	code := c.QueryParam("county")
	if code != "" && !countyCode.MatchString(code) {
		return postgis.County{}, invalid("county-malformed", "县代码格式不对，应为字母和数字，例如 500237。",
			"The county's code is letters and digits, as in 500237.")
	}
	return s.Catalogue.County(c.Request().Context(), code)
}

// namedCounty is the county that a request names, empty where it names none.
func (s *Server) namedCounty(c echo.Context) (string, error) {
	if c.QueryParam("county") == "" {
		return "", nil
	}
	county, err := s.countyOf(c)
	return county.Code, err
}

// catalogueOf gives the county's layers with the versions in force.
func (s *Server) catalogueOf(c echo.Context) (postgis.County, []report.LayerState, error) {
	county, err := s.countyOf(c)
	if err != nil {
		return county, nil, err
	}
	states, err := s.statesOf(c, county)
	return county, states, err
}

func (s *Server) statesOf(c echo.Context, county postgis.County) ([]report.LayerState, error) {
	ctx := c.Request().Context()
	layers, err := s.Catalogue.Layers(ctx, county.Code)
	if err != nil {
		return nil, err
	}
	versions, err := s.Catalogue.Versions(ctx, county.Code, "")
	if err != nil {
		return nil, err
	}
	colours := map[geodata.LayerKey]string{}
	for key, paint := range s.Paint(county) {
		colours[key] = paint.Fill
	}
	return report.LayerStates(layers, versions, colours), nil
}

// writeJSON answers with a document.
func writeJSON(c echo.Context, document any) error {
	b, err := report.JSON(document)
	if err != nil {
		return err
	}
	return c.JSONBlob(http.StatusOK, b)
}
