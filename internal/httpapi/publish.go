package httpapi

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"hongxian/geodata"
	"hongxian/internal/openapi"
	"hongxian/internal/publish"
	"hongxian/internal/report"
)

// Publications puts drafts in force; see answer.Publications.
type Publications interface {
	Ask(ctx context.Context, ref geodata.VersionRef, basis string) (result *publish.Result, done bool, err error)
	Position(ref geodata.VersionRef, basis string) int
}

// publishVersion puts a draft in force; a loss must be confirmed.
func (s *Server) publishVersion(c echo.Context) error {
	var asked openapi.PublishRequest
	if err := readJSON(c, &asked); err != nil {
		return err
	}
	basis, err := confirmedBasis(asked)
	if err != nil {
		return err
	}
	county, err := s.countyOf(c)
	if err != nil {
		return err
	}
	ref, err := geodata.ParseVersionRef(county.Code + "." + param(c, "layer") + "@" + param(c, "label"))
	if err != nil {
		return err
	}
	result, done, err := s.Publications.Ask(c.Request().Context(), ref, basis)
	if loss := (*publish.LossError)(nil); errors.As(err, &loss) {
		return s.refuseLoss(c, loss)
	}
	if err != nil {
		return err
	}
	if !done {
		return s.writeUnfinished(c, ref, s.Publications.Position(ref, basis))
	}
	out := openapi.Publication{Version: report.Version(result.Version), Done: true, Warnings: []string{}}
	if result.Superseded != "" {
		out.Superseded = &result.Superseded
	}
	for _, w := range result.Warnings {
		out.Warnings = append(out.Warnings, w.ZH)
	}
	if out.Changes, err = compared(result.Compared); err != nil {
		return err
	}
	return writeJSON(c, out)
}

// confirmedBasis is the document on which a loss is confirmed, empty for none.
func confirmedBasis(r openapi.PublishRequest) (string, error) {
	basis := ""
	if r.Basis != nil {
		basis = strings.TrimSpace(*r.Basis)
	}
	isConfirmed := r.ConfirmLoss != nil && *r.ConfirmLoss
	if isConfirmed != (basis != "") || len([]rune(basis)) > nameLimit {
		return "", invalid("confirmation-incomplete", "confirm_loss 与 basis 要同时给出：确认减少，并写明依据文件（不超过 200 个字）。",
			"Give confirm_loss and basis together: the confirmation, and the document it rests on (at most 200 characters).")
	}
	return basis, nil
}

// writeUnfinished says that a version is still being prepared.
func (s *Server) writeUnfinished(c echo.Context, ref geodata.VersionRef, position int) error {
	v, err := s.Catalogue.Resolve(c.Request().Context(), ref)
	if err != nil {
		return err
	}
	out := openapi.Publication{Version: report.Version(v), Warnings: []string{}, Changes: []openapi.Change{}}
	if position > 0 {
		out.QueuePosition = &position
	}
	return c.JSON(http.StatusAccepted, out)
}

func compared(found []publish.Comparison) ([]openapi.Change, error) {
	out := []openapi.Change{}
	for _, f := range found {
		k, err := report.ReadChange(f.Body)
		if err != nil {
			return nil, err
		}
		out = append(out, k)
	}
	return out, nil
}

// refuseLoss answers 409 with the comparisons.
func (s *Server) refuseLoss(c echo.Context, loss *publish.LossError) error {
	p := problem(geodata.AsError(loss), http.StatusConflict, c)
	changes := make([]json.RawMessage, 0, len(loss.Comparisons))
	for _, f := range loss.Comparisons {
		changes = append(changes, f.Body)
	}
	body, err := report.JSON(struct {
		openapi.Problem
		Changes []json.RawMessage `json:"changes"`
	}{p, changes})
	if err != nil {
		return err
	}
	c.Response().Header().Set("Cache-Control", "no-store")
	return c.Blob(http.StatusConflict, "application/problem+json", body)
}
