package httpapi

import (
	"bytes"
	"context"
	"fmt"
	"mime"
	"net/http"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"hongxian/geodata"
	"hongxian/internal/answer"
	"hongxian/internal/coverage"
	"hongxian/internal/openapi"
	"hongxian/internal/report"
)

// Overlaps answers how layers lie on each other. What is not held is NotFound.
type Overlaps interface {
	Answer(ctx context.Context, r coverage.Request) (answer.Answer, error)
	Find(ctx context.Context, county, id string) (openapi.Overlaps, []byte, error)
	Write(ctx context.Context, county, id string, format answer.Format) ([]byte, error)
}

// measureOverlaps answers at once: 201 with a new answer, 200 with the kept one.
func (s *Server) measureOverlaps(c echo.Context) error {
	county, err := s.countyOf(c)
	if err != nil {
		return err
	}
	r := coverage.Request{County: county.Code}
	for text := range strings.SplitSeq(c.QueryParam("layers"), ",") {
		if text = strings.TrimSpace(text); text == "" {
			continue
		}
		if len(r.Versions) == coverage.MaxLayers {
			return invalid("layers-too-many", fmt.Sprintf("一次最多比较 %d 个图层版本。", coverage.MaxLayers), fmt.Sprintf("At most %d versions are compared at once.", coverage.MaxLayers))
		}
		ref, err := geodata.ParseVersionRef(text)
		if err != nil {
			return err
		}
		r.Versions = append(r.Versions, ref)
	}
	a, err := s.Overlaps.Answer(c.Request().Context(), r)
	if err != nil {
		return err
	}
	c.Response().Header().Set("Location", "/api/v1/overlaps/"+a.ID)
	if a.IsNew {
		return c.JSONBlob(http.StatusCreated, a.Body)
	}
	return c.JSONBlob(http.StatusOK, a.Body)
}

// readOverlaps gives the kept bytes, or with an extension a paper.
func (s *Server) readOverlaps(c echo.Context) error {
	id, extension, isPaper := strings.Cut(param(c, "id"), ".")
	if !digest.MatchString(id) {
		return notFound("overlaps-unknown", "没有这个编号：编号为 64 位十六进制数。", "There is no such answer: an id has 64 hexadecimal digits.")
	}
	county, err := s.namedCounty(c)
	if err != nil {
		return err
	}
	h := c.Response().Header()
	if !isPaper {
		_, body, err := s.Overlaps.Find(c.Request().Context(), county, id)
		if err != nil {
			return err
		}
		h.Set("Content-Type", "application/json")
		h.Set("ETag", `W/"`+id+`"`)
		h.Set("Cache-Control", "private, no-cache")
		http.ServeContent(c.Response(), c.Request(), "", time.Time{}, bytes.NewReader(body))
		return nil
	}
	format, ok := answer.OverlapFormatOf(extension)
	if !ok {
		return notFound("format-unknown", fmt.Sprintf("没有“%.10s”格式的报告。", extension), fmt.Sprintf("There is no report of format %.10q.", extension))
	}
	body, err := s.Overlaps.Write(c.Request().Context(), county, id, format)
	if err != nil {
		return err
	}
	h.Set("Cache-Control", "private, no-cache")
	h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": "范围重叠-" + report.Code(id) + "." + format.Key}))
	return c.Blob(http.StatusOK, format.Type, body)
}
