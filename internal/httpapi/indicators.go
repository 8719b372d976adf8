package httpapi

import (
	"context"
	"strconv"

	"github.com/labstack/echo/v4"

	"hongxian/internal/indicator"
	"hongxian/internal/openapi"
	"hongxian/internal/report"
)

// Indicators gives a county's list of indicators and their values, and keeps values.
type Indicators interface {
	Indicators(ctx context.Context, county string) ([]indicator.Definition, []indicator.Value, error)
	Set(ctx context.Context, county string, values []indicator.Value) (replaced int, err error)
}

// listIndicators gives the indicators, with a baseline compared with that year.
func (s *Server) listIndicators(c echo.Context) error {
	county, err := s.countyOf(c)
	if err != nil {
		return err
	}
	baseline, err := yearOf(c, "baseline")
	if err != nil {
		return err
	}
	year, err := yearOf(c, "year")
	if err != nil {
		return err
	}
	if year != 0 && baseline == 0 {
		return invalid("baseline-missing", "给出 year 时应同时给出 baseline。", "A year to compare needs a baseline.")
	}
	list, values, err := s.Indicators.Indicators(c.Request().Context(), county.Code)
	if err != nil {
		return err
	}
	var compared []indicator.Comparison
	if baseline != 0 {
		compared = indicator.Compare(list, values, baseline, year)
	}
	return writeJSON(c, report.IndicatorList(openapi.County{Code: county.Code, Name: county.NameZH}, list, values, compared))
}

// mostValues is how many yearly values one request may enter.
const mostValues = 1000

// setIndicators keeps yearly values.
func (s *Server) setIndicators(c echo.Context) error {
	county, err := s.countyOf(c)
	if err != nil {
		return err
	}
	var asked openapi.IndicatorEntering
	if err := readJSON(c, &asked); err != nil {
		return err
	}
	if len(asked.Values) == 0 || len(asked.Values) > mostValues {
		return invalid("indicator-values", "values 应含 1 至 1000 个年度值。", "values holds 1 to 1000 yearly values.")
	}
	values := make([]indicator.Value, len(asked.Values))
	for i, v := range asked.Values {
		values[i] = indicator.Value{Key: v.Key, Year: v.Year, Value: v.Value, Text: deref(v.Text), Source: v.Source}
	}
	replaced, err := s.Indicators.Set(c.Request().Context(), county.Code, values)
	if err != nil {
		return err
	}
	return writeJSON(c, openapi.IndicatorsEntered{Kept: len(values), Replaced: replaced})
}

// yearOf reads a year of the query, 0 where there is none.
func yearOf(c echo.Context, name string) (int, error) {
	text := c.QueryParam(name)
	if text == "" {
		return 0, nil
	}
	year, err := strconv.Atoi(text)
	if err != nil || year < 1949 || year > 2200 {
		return 0, invalid("year-malformed", name+" 应为年份，例如 2021。", name+" is a year, as in 2021.")
	}
	return year, nil
}
