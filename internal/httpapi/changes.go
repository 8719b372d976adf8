package httpapi

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"hongxian/geodata"
	"hongxian/internal/answer"
	"hongxian/internal/change"
	"hongxian/internal/openapi"
	"hongxian/internal/record"
	"hongxian/internal/report"
)

// Changes answers what changed between two versions. Find is NotFound for an id that
// is no comparison.
type Changes interface {
	Answer(ctx context.Context, r change.Request) (answer.Answer, *change.Report, error)
	Find(ctx context.Context, county, id string) ([]byte, error)
}

// createChange compares two versions: 201 with a new answer, 200 with the kept one.
func (s *Server) createChange(c echo.Context) error {
	var asked openapi.ChangeRequest
	if err := readJSON(c, &asked); err != nil {
		return err
	}
	from, err := geodata.ParseVersionRef(asked.From)
	if err != nil {
		return err
	}
	to, err := geodata.ParseVersionRef(asked.To)
	if err != nil {
		return err
	}
	a, _, err := s.Changes.Answer(c.Request().Context(), change.Request{From: from, To: to})
	if err != nil {
		return err
	}
	c.Response().Header().Set("Location", "/api/v1/changes/"+a.ID)
	if a.IsNew {
		return c.JSONBlob(http.StatusCreated, a.Body)
	}
	return c.JSONBlob(http.StatusOK, a.Body)
}

// readJSON reads a small JSON body strictly: a misspelt member is refused, not
// overlooked. An empty body is an empty object.
func readJSON(c echo.Context, into any) error {
	body, err := io.ReadAll(c.Request().Body)
	if err != nil {
		return err
	}
	if len(bytes.TrimSpace(body)) == 0 {
		return nil
	}
	d := json.NewDecoder(bytes.NewReader(body))
	d.DisallowUnknownFields()
	if err = d.Decode(into); err == nil {
		if _, more := d.Token(); more != io.EOF {
			err = errors.New("something follows the object")
		}
	}
	if err != nil {
		return &geodata.Error{Kind: geodata.Invalid, Code: "body-malformed", Err: err,
			ZH: "请求正文应为接口文档所述的 JSON 对象。", EN: "The body must be the JSON object that the API document describes."}
	}
	return nil
}

// readChange gives the stored bytes, or with an extension the comparison as a paper.
func (s *Server) readChange(c echo.Context) error {
	id, extension, isPaper := strings.Cut(param(c, "id"), ".")
	if !digest.MatchString(id) {
		return notFound("change-unknown", "没有这个核查编号：编号为 64 位十六进制数。", "There is no such comparison: an id has 64 hexadecimal digits.")
	}
	county, err := s.namedCounty(c)
	if err != nil {
		return err
	}
	if isPaper {
		return s.readChangePaper(c, county, id, extension)
	}
	body, err := s.Changes.Find(c.Request().Context(), county, id)
	if err != nil {
		return err
	}
	return writeKept(c, id, body)
}

// writeKept gives the bytes of a kept answer, which never change.
func writeKept(c echo.Context, id string, body []byte) error {
	h := c.Response().Header()
	h.Set("Content-Type", "application/json")
	h.Set("ETag", `W/"`+id+`"`) // weak: the gzip middleware may change the bytes, never the answer
	h.Set("Cache-Control", "private, no-cache")
	http.ServeContent(c.Response(), c.Request(), "", time.Time{}, bytes.NewReader(body))
	return nil
}

// listChanges gives a page of kept comparisons, newest first.
func (s *Server) listChanges(c echo.Context) error {
	county, err := s.countyOf(c)
	if err != nil {
		return err
	}
	p, err := pageOf(c)
	if err != nil {
		return err
	}
	entries, err := s.Records.List(c.Request().Context(), record.Search{County: county.Code, Kind: answer.KindChange,
		Before: p.before, AfterID: p.behind, Limit: p.limit + 1})
	if err != nil {
		return err
	}
	list := openapi.ChangeList{Changes: []openapi.ChangeEntry{}}
	entries, list.Next = cutPage(c, p, entries, keptAt)
	for _, e := range entries {
		k, err := report.ReadChange(e.Body)
		if err != nil {
			return fmt.Errorf("record %s: %w", e.ID, err)
		}
		list.Changes = append(list.Changes, openapi.ChangeEntry{Id: e.ID, CreatedAt: k.CreatedAt, Layer: k.Layer, Title: k.Title, From: k.From, To: k.To,
			NetM2: k.NetM2, NotDecreased: k.Verdict.NotDecreased, LostWithoutApprovalM2: k.Verdict.LostWithoutApprovalM2, Schematic: k.Schematic})
	}
	return writeJSON(c, list)
}

// ChangePapers writes kept comparisons in the forms people file them in.
type ChangePapers interface {
	Write(ctx context.Context, county, id string, format answer.Format) ([]byte, error)
}

// readChangePaper gives a kept comparison as PDF, XLSX, GeoJSON, GeoPackage or a map.
func (s *Server) readChangePaper(c echo.Context, county, id, extension string) error {
	format, ok := answer.ChangeFormatOf(extension)
	if !ok {
		return notFound("format-unknown", fmt.Sprintf("没有“%.10s”格式的报告。", extension), fmt.Sprintf("There is no report of format %.10q.", extension))
	}
	body, err := s.ChangePapers.Write(c.Request().Context(), county, id, format)
	if err != nil {
		return err
	}
	return writePaper(c, "面积变化核查报告-"+report.Code(id), format, body)
}
