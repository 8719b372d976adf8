package httpapi

import (
	"net/http"
	"regexp"
	"strings"

	"github.com/labstack/echo/v4"

	"hongxian/internal/answer"
)

// createCheck takes a site and answers at once: 201 with a new answer, 200 with
// the kept one.
func (s *Server) createCheck(c echo.Context) error {
	return s.withQuestion(c, func(q answer.Question) error {
		a, err := s.Checks.Answer(c.Request().Context(), q)
		if err != nil {
			return err
		}
		return writeAnswer(c, a)
	})
}

var digest = regexp.MustCompile(`^[0-9a-f]{64}$`)

// readCheck gives the stored bytes, or with an extension the check as a paper.
func (s *Server) readCheck(c echo.Context) error {
	id, extension, isPaper := strings.Cut(param(c, "id"), ".")
	if !digest.MatchString(id) {
		return checkUnknown()
	}
	county, err := s.namedCounty(c)
	if err != nil {
		return err
	}
	if isPaper {
		return s.readPaper(c, county, id, extension)
	}
	body, err := s.Records.Find(c.Request().Context(), county, id)
	if err != nil {
		return err
	}
	return writeKept(c, id, body)
}

// repeatCheck asks a kept question again, of the versions in force now.
func (s *Server) repeatCheck(c echo.Context) error {
	id := param(c, "id")
	if !digest.MatchString(id) {
		return checkUnknown()
	}
	county, err := s.namedCounty(c)
	if err != nil {
		return err
	}
	var q answer.Question
	for _, text := range c.QueryParams()["choice"] {
		if err := setChoice(&q, text); err != nil {
			return err
		}
	}
	a, err := s.Checks.Again(c.Request().Context(), county, id, q.Choices)
	if err != nil {
		return err
	}
	return writeAnswer(c, a)
}

func checkUnknown() error {
	return notFound("check-unknown", "没有这个核查编号：编号为 64 位十六进制数。", "There is no such check: an id has 64 hexadecimal digits.")
}

// writeAnswer gives an answer: 201 where something new is kept, 200 otherwise.
func writeAnswer(c echo.Context, a answer.Answer) error {
	c.Response().Header().Set("Location", "/api/v1/checks/"+a.ID)
	if a.IsNew {
		return c.JSONBlob(http.StatusCreated, a.Body)
	}
	return c.JSONBlob(http.StatusOK, a.Body)
}
