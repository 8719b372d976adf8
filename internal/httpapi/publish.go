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
	Ask(ctx context.Context, ref geodata.VersionRef, c publish.Consent) (result *publish.Result, done bool, err error)
	Position(ref geodata.VersionRef, c publish.Consent) int
}

// publishVersion puts a draft in force; a loss must be confirmed.
func (s *Server) publishVersion(c echo.Context) error {
	var asked openapi.PublishRequest
	if err := readJSON(c, &asked); err != nil {
		return err
	}
	consent, err := consentOf(asked)
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
	result, done, err := s.Publications.Ask(c.Request().Context(), ref, consent)
	if loss := (*publish.LossError)(nil); errors.As(err, &loss) {
		return s.refuseLoss(c, loss)
	}
	if defects := (*publish.DefectError)(nil); errors.As(err, &defects) {
		return s.refuseDefects(c, defects)
	}
	if err != nil {
		return err
	}
	if !done {
		return s.writeUnfinished(c, ref, s.Publications.Position(ref, consent))
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

// consentOf is what a request answers for, and the document that this rests on.
func consentOf(r openapi.PublishRequest) (c publish.Consent, err error) {
	if r.Basis != nil {
		c.Basis = strings.TrimSpace(*r.Basis)
	}
	c.Loss = r.ConfirmLoss != nil && *r.ConfirmLoss
	c.Findings = r.AcceptFindings != nil && *r.AcceptFindings
	if (c.Loss || c.Findings) != (c.Basis != "") || len([]rune(c.Basis)) > nameLimit {
		return c, invalid("confirmation-incomplete", "confirm_loss 或 accept_findings 与 basis 要同时给出：确认，并写明依据文件（不超过 200 个字）。",
			"Give confirm_loss or accept_findings and basis together: the confirmation, and the document it rests on (at most 200 characters).")
	}
	return c, nil
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

// refuseDefects answers 409; what was found is the version's quality report.
func (s *Server) refuseDefects(c echo.Context, refused *publish.DefectError) error {
	body, err := report.JSON(problem(geodata.AsError(refused), http.StatusConflict, c))
	if err != nil {
		return err
	}
	c.Response().Header().Set("Cache-Control", "no-store")
	return c.Blob(http.StatusConflict, "application/problem+json", body)
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
