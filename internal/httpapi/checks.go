package httpapi

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"hongxian/internal/answer"
	"hongxian/internal/openapi"
)

// createCheck takes a site and answers at once: 201 with a new answer, 200 with
// the kept one.
func (s *Server) createCheck(c echo.Context) error {
	return s.withQuestion(c, func(q answer.Question) error {
		a, err := s.Checks.Answer(c.Request().Context(), q)
		if err != nil {
			return err
		}
		c.Response().Header().Set("Location", "/api/v1/checks/"+a.ID)
		if a.IsNew {
			return c.JSONBlob(http.StatusCreated, a.Body)
		}
		return c.JSONBlob(http.StatusOK, a.Body)
	})
}

var digest = regexp.MustCompile(`^[0-9a-f]{64}$`)

// readCheck gives the stored bytes, or with an extension the check as a paper.
func (s *Server) readCheck(c echo.Context) error {
	id, extension, isPaper := strings.Cut(param(c, "id"), ".")
	if !digest.MatchString(id) {
		return notFound("check-unknown", "没有这个核查编号：编号为 64 位十六进制数。", "There is no such check: an id has 64 hexadecimal digits.")
	}
	county := ""
	if c.QueryParam("county") != "" {
		k, err := s.countyOf(c)
		if err != nil {
			return err
		}
		county = k.Code
	}
	if isPaper {
		return s.readPaper(c, county, id, extension)
	}
	body, err := s.Records.Find(c.Request().Context(), county, id)
	if err != nil {
		return err
	}
	h := c.Response().Header()
	h.Set("Content-Type", "application/json")
	h.Set("ETag", `W/"`+id+`"`) // weak: the gzip middleware may change the bytes, never the answer
	h.Set("Cache-Control", "private, no-cache")
	http.ServeContent(c.Response(), c.Request(), "", time.Time{}, bytes.NewReader(body))
	return nil
}

const (
	pageDefault = 20
	pageLimit   = 100
)

// listChecks gives a page of kept checks, newest first.
func (s *Server) listChecks(c echo.Context) error {
	county, err := s.countyOf(c)
	if err != nil {
		return err
	}
	limit, before, err := pageOf(c)
	if err != nil {
		return err
	}
	// One more than asked for tells whether there is a next page.
	entries, err := s.Records.List(c.Request().Context(), county.Code, answer.KindCheck, limit+1, before)
	if err != nil {
		return err
	}
	list := openapi.CheckList{Checks: []openapi.CheckEntry{}}
	if len(entries) > limit {
		entries = entries[:limit]
		next := nextPage(c, limit, entries[limit-1].Created)
		list.Next = &next
	}
	for _, e := range entries {
		var kept openapi.Check
		if err := json.Unmarshal(e.Body, &kept); err != nil {
			return fmt.Errorf("read kept check %s: %w", e.ID, err)
		}
		list.Checks = append(list.Checks, openapi.CheckEntry{Id: e.ID, CreatedAt: kept.CreatedAt, Name: kept.Site.Name,
			AreaM2: kept.Site.AreaM2, Outcome: kept.Verdict.Outcome, Schematic: kept.Schematic})
	}
	return writeJSON(c, list)
}

// pageOf reads limit and before. Without before a list starts at the newest.
func pageOf(c echo.Context) (limit int, before time.Time, err error) {
	limit, before = pageDefault, time.Now().Add(time.Hour)
	if s := c.QueryParam("limit"); s != "" {
		if limit, err = strconv.Atoi(s); err != nil || limit < 1 || limit > pageLimit {
			return 0, before, invalid("limit-malformed", fmt.Sprintf("limit 应为 1 至 %d 的整数。", pageLimit),
				fmt.Sprintf("limit is a whole number from 1 to %d.", pageLimit))
		}
	}
	if s := c.QueryParam("before"); s != "" {
		if before, err = time.Parse(time.RFC3339Nano, s); err != nil {
			return 0, before, invalid("before-malformed", "before 应为 RFC 3339 时间，例如 2026-11-23T08:00:00Z。",
				"before is an RFC 3339 time, as in 2026-11-23T08:00:00Z.")
		}
	}
	return limit, before, nil
}

func nextPage(c echo.Context, limit int, before time.Time) string {
	q := url.Values{"limit": {strconv.Itoa(limit)}, "before": {before.UTC().Format(time.RFC3339Nano)}}
	if county := c.QueryParam("county"); county != "" {
		q.Set("county", county)
	}
	return c.Request().URL.Path + "?" + q.Encode()
}
