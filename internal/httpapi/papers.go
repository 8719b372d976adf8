package httpapi

import (
	"context"
	"fmt"
	"mime"
	"net/http"

	"github.com/labstack/echo/v4"

	"hongxian/internal/answer"
	"hongxian/internal/report"
)

// Papers writes kept checks in the forms people file them in.
type Papers interface {
	Write(ctx context.Context, county, id string, format answer.Format) ([]byte, error)
}

// Verifier confirms kept answers of every kind.
type Verifier interface {
	Verify(ctx context.Context, id string) (*answer.Verification, error)
}

// readPaper gives a kept check as PDF, DOCX, XLSX, GeoJSON, GeoPackage,
// boundary-point TXT or a map.
func (s *Server) readPaper(c echo.Context, county, id, extension string) error {
	format, ok := answer.FormatOf(extension)
	if !ok {
		return notFound("format-unknown", fmt.Sprintf("没有“%.10s”格式的报告。", extension), fmt.Sprintf("There is no report of format %.10q.", extension))
	}
	body, err := s.Papers.Write(c.Request().Context(), county, id, format)
	if err != nil {
		return err
	}
	return writePaper(c, "核查报告-"+report.Code(id), format, body)
}

// writePaper gives a paper as a file to keep.
func writePaper(c echo.Context, name string, format answer.Format, body []byte) error {
	h := c.Response().Header()
	h.Set("Cache-Control", "private, no-cache")
	h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": name + "." + format.Key}))
	return c.Blob(http.StatusOK, format.Type, body)
}

// verify confirms a printed report by its code, or by its id.
func (s *Server) verify(c echo.Context) error {
	id, err := identityOf(param(c, "code"))
	if err != nil {
		return err
	}
	v, err := s.Verifier.Verify(c.Request().Context(), id)
	if err != nil {
		return err
	}
	return writeJSON(c, v.JSON())
}

// identityOf is the identity, or its first digits, that a code or an id gives.
func identityOf(text string) (string, error) {
	if digest.MatchString(text) {
		return text, nil
	}
	return report.ParseCode(text)
}
