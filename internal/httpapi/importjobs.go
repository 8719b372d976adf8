package httpapi

import (
	"github.com/labstack/echo/v4"

	"hongxian/geodata"
	"hongxian/internal/account"
	"hongxian/internal/answer"
	"hongxian/internal/openapi"
	"hongxian/internal/report"
)

// readImport says how far an import is.
func (s *Server) readImport(c echo.Context) error {
	known, _, err := s.findImport(c, param(c, "id"))
	if err != nil {
		return err
	}
	return writeJSON(c, importJSON(known, c))
}

// listImports names the imports under way and those that ended lately.
func (s *Server) listImports(c echo.Context) error {
	county, err := s.countyOf(c)
	if err != nil {
		return err
	}
	list := openapi.ImportList{Imports: []openapi.Import{}}
	for _, i := range s.Imports.List(county.Code) {
		if isSeen, err := s.seesImport(c, i); err != nil {
			return err
		} else if !isSeen {
			continue
		}
		i.Report = nil // a list says how far they are
		list.Imports = append(list.Imports, importJSON(i, c))
	}
	return writeJSON(c, list)
}

// cancelImport ends an import. One that has ended, or is stored, stays as it is.
func (s *Server) cancelImport(c echo.Context) error {
	known, _, err := s.findImport(c, param(c, "id"))
	if err != nil {
		return err
	}
	if err := s.Imports.Cancel(known.ID); err != nil {
		return err
	}
	return s.readImport(c)
}

// findImport is an import, if whoever asks may see its layer.
func (s *Server) findImport(c echo.Context, id string) (answer.Import, <-chan struct{}, error) {
	known, moved, err := s.Imports.Find(id)
	if err != nil {
		return known, nil, err
	}
	isSeen, err := s.seesImport(c, known)
	if err == nil && !isSeen {
		err = answer.ImportUnknown(id)
	}
	return known, moved, err
}

// seesImport says whether whoever asks sees the layer of an import.
func (s *Server) seesImport(c echo.Context, i answer.Import) (bool, error) {
	if sightOf(c).Unlimited() {
		return true, nil
	}
	_, err := s.held.layer(c.Request().Context(), i.Ref.County, i.Ref.Layer)
	if geodata.IsKind(err, geodata.NotFound) {
		return false, nil
	}
	return err == nil, err
}

func importJSON(i answer.Import, c echo.Context) openapi.Import {
	out := openapi.Import{Id: i.ID, Ref: i.Ref.String(), File: i.Filename, Who: i.Who, State: openapi.JobState(i.State), Staged: i.Staged, Kept: i.Kept, BegunAt: i.Begun.UTC()}
	if i.Stage != "" {
		stage := openapi.ImportStage(i.Stage)
		out.Stage = &stage
	}
	if i.HasEnded() {
		at := i.Ended.UTC()
		out.EndedAt = &at
	}
	if i.Position > 0 {
		out.QueuePosition = &i.Position
	}
	if i.Report != nil {
		r := report.Intake(i.Report)
		out.Report = &r
	}
	if i.Err != nil {
		e, status := problemOf(i.Err)
		p := problem(e, status, c)
		out.Problem = &p
	}
	return out
}

// importJob is an import as a job, if there is one of that id: whoever follows jobs may
// not know of deliveries.
func (s *Server) importJob(c echo.Context, id string) (answer.Import, <-chan struct{}, error) {
	if asking := askedBy(c); asking != nil && !asking.Person.May(account.Deliver) {
		return answer.Import{}, nil, answer.ImportUnknown(id)
	}
	return s.findImport(c, id)
}

// jobOf is how far an import is: records kept, of those read so far.
func jobOf(i answer.Import) openapi.Job {
	out := openapi.Job{Id: i.ID, Kind: openapi.JobKindImport, State: openapi.JobState(i.State), Total: i.Staged, Done: i.Kept, Result: "/api/v1/imports/" + i.ID}
	if i.Position > 0 {
		out.QueuePosition = &i.Position
	}
	if i.Stage != "" {
		stage := string(i.Stage)
		out.What = &stage
	}
	if i.Err != nil {
		e := geodata.AsError(i.Err)
		out.Error = &openapi.JobError{Code: e.Code, Detail: e.ZH, DetailEn: e.EN}
	}
	return out
}
