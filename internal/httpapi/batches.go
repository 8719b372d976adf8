package httpapi

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"hongxian/internal/answer"
	"hongxian/internal/batch"
	"hongxian/internal/openapi"
)

// Batches takes batches in and says how far they are. What is not held is NotFound.
type Batches interface {
	Take(ctx context.Context, q answer.Question) (batch.Batch, error)
	Find(ctx context.Context, county, id string) (batch.Batch, error)
	Cancel(ctx context.Context, county, id string) error
	List(ctx context.Context, county string, limit int, before time.Time, behind string) ([]batch.Batch, error)
	Parcels(ctx context.Context, held batch.Batch, after, limit int) ([]openapi.Parcel, error)
	Shapes(ctx context.Context, k batch.Key, after, limit int) ([]batch.Shape, error)
	WriteCSV(ctx context.Context, w io.Writer, county, id string) error
	WriteXLSX(ctx context.Context, w io.Writer, held batch.Batch) error
}

// News tells when a job may have moved.
type News interface {
	Subscribe(id string) (moved <-chan struct{}, stop func())
}

// createBatch takes a file in; its parcels are then checked in the background.
func (s *Server) createBatch(c echo.Context) error {
	return s.withQuestion(c, func(q answer.Question) error {
		return s.inTurn(c, func() error {
			b, err := s.Batches.Take(c.Request().Context(), q)
			if err != nil {
				return err
			}
			c.Response().Header().Set("Location", "/api/v1/batches/"+b.ID)
			return c.JSON(http.StatusAccepted, batchJSON(b))
		})
	})
}

// readBatch says how far a batch is; with .csv or .xlsx it gives what is answered
// so far.
func (s *Server) readBatch(c echo.Context) error {
	id, extension, _ := strings.Cut(param(c, "id"), ".")
	b, err := s.findBatch(c, id)
	if err != nil {
		return err
	}
	h, ctx := c.Response().Header(), c.Request().Context()
	switch extension {
	case "":
		return writeJSON(c, batchJSON(b))
	case "csv":
		h.Set("Content-Type", "text/csv; charset=utf-8")
		h.Set("Content-Disposition", fmt.Sprintf(`attachment; filename="batch-%s.csv"`, b.ID[:8]))
		return s.Batches.WriteCSV(ctx, c.Response(), b.County, b.ID)
	case "xlsx":
		h.Set("Content-Type", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
		h.Set("Content-Disposition", fmt.Sprintf(`attachment; filename="batch-%s.xlsx"`, b.ID[:8]))
		return s.Batches.WriteXLSX(ctx, c.Response(), b)
	}
	return notFound("format-unknown", "结果表只有 .csv 和 .xlsx 两种。", "The table comes as .csv or .xlsx.")
}

// cancelBatch ends a batch; what is answered stays. One that has ended stays as it is.
func (s *Server) cancelBatch(c echo.Context) error {
	b, err := s.findBatch(c, param(c, "id"))
	if err != nil {
		return err
	}
	if err := s.Batches.Cancel(c.Request().Context(), b.County, b.ID); err != nil {
		return err
	}
	if b, err = s.Batches.Find(c.Request().Context(), b.County, b.ID); err != nil {
		return err
	}
	return writeJSON(c, batchJSON(b))
}

var batchID = regexp.MustCompile(`^[0-9a-f]{32}$`)

func (s *Server) findBatch(c echo.Context, id string) (batch.Batch, error) {
	if !batchID.MatchString(id) {
		return batch.Batch{}, notFound("batch-unknown", "没有这个批次编号：编号为 32 位十六进制数。", "There is no such batch: an id has 32 hexadecimal digits.")
	}
	county, err := s.namedCounty(c)
	if err != nil {
		return batch.Batch{}, err
	}
	return s.Batches.Find(c.Request().Context(), county, id)
}

// readJob says how far work in the background is: a batch, an import, or a table
// being computed.
func (s *Server) readJob(c echo.Context) error {
	if t, _, ok := s.Tabulations.Find(param(c, "id")); ok {
		return writeJSON(c, tabulationJSON(t))
	}
	if i, _, err := s.importJob(c, param(c, "id")); err == nil {
		return writeJSON(c, jobOf(i))
	}
	b, err := s.findBatch(c, param(c, "id"))
	if err != nil {
		return err
	}
	return writeJSON(c, jobJSON(b))
}

// heartbeat is how often an idle event stream says that it lives, so that proxies
// keep it open.
const heartbeat = 15 * time.Second

// followJob streams a job's progress as server-sent events until it ends or the
// route's time is up; the browser then asks again, with the last event's id. An
// event is the state as it is, not a difference, so none can be missed.
func (s *Server) followJob(c echo.Context) error {
	id := param(c, "id")
	if _, _, ok := s.Tabulations.Find(id); ok {
		return stream(c, func() (openapi.Job, <-chan struct{}, error) {
			t, moved, _ := s.Tabulations.Find(id)
			return tabulationJSON(t), moved, nil
		})
	}
	if _, _, err := s.importJob(c, id); err == nil {
		return stream(c, func() (openapi.Job, <-chan struct{}, error) {
			i, moved, err := s.Imports.Find(id)
			return jobOf(i), moved, err
		})
	}
	moved, stop := s.News.Subscribe(id) // before the first look, so that no move is lost
	defer stop()
	b, err := s.findBatch(c, id)
	if err != nil {
		return err
	}
	return stream(c, func() (openapi.Job, <-chan struct{}, error) {
		b, err := s.Batches.Find(c.Request().Context(), b.County, b.ID)
		return jobJSON(b), moved, err
	})
}

// stream sends a job as events, whenever look's channel says that it moved.
func stream(c echo.Context, look func() (openapi.Job, <-chan struct{}, error)) error {
	h := c.Response().Header()
	h.Set("Content-Type", "text/event-stream")
	h.Set("X-Accel-Buffering", "no")
	c.Response().WriteHeader(http.StatusOK)
	c.Response().Flush()
	if c.Request().Method == http.MethodHead {
		return nil
	}
	beat := time.NewTicker(heartbeat)
	defer beat.Stop()
	for last := c.Request().Header.Get("Last-Event-ID"); ; {
		job, moved, err := look()
		if err != nil {
			return nil // the client asks again
		}
		if last, err = sendEvent(c, job, last); err != nil || ended(job) {
			return err
		}
		select {
		case <-c.Request().Context().Done():
			return nil
		case <-beat.C:
			if _, err := io.WriteString(c.Response(), ": \n\n"); err != nil {
				return err
			}
			c.Response().Flush()
		case <-moved:
		}
	}
}

// ended says that a job goes no farther.
func ended(j openapi.Job) bool {
	return j.State != openapi.JobStateWaiting && j.State != openapi.JobStateRunning
}

// sendEvent sends the state unless the client has it, and gives the event's id.
func sendEvent(c echo.Context, job openapi.Job, last string) (string, error) {
	id := fmt.Sprintf("%s-%d", job.State, job.Done)
	if job.What != nil {
		id += fmt.Sprintf("-%d-%s", job.Total, url.QueryEscape(*job.What))
	}
	if id == last && !ended(job) {
		return last, nil
	}
	body, err := json.Marshal(job)
	if err != nil {
		return last, fmt.Errorf("encode event: %w", err)
	}
	if _, err := fmt.Fprintf(c.Response(), "id: %s\nevent: progress\ndata: %s\n\n", id, body); err != nil {
		return last, err
	}
	c.Response().Flush()
	return id, nil
}

func jobJSON(b batch.Batch) openapi.Job {
	return openapi.Job{Id: b.ID, Kind: openapi.JobKindBatch, State: openapi.JobState(b.State), Total: b.Total, Done: b.Done, Failed: b.Failed,
		Result: "/api/v1/batches/" + b.ID}
}

func batchJSON(b batch.Batch) openapi.Batch {
	out := openapi.Batch{Id: b.ID, County: b.County, Name: b.Name, State: openapi.JobState(b.State), Total: b.Total, Done: b.Done, Failed: b.Failed,
		Versions: b.Versions, Findings: append([]string{}, b.Findings...), CreatedAt: b.Created.UTC(), Table: "/api/v1/batches/" + b.ID + ".csv"}
	if b.Finished != nil {
		at := b.Finished.UTC()
		out.FinishedAt = &at
	}
	if b.Error != nil {
		out.Reason = &b.Error.ZH
	}
	return out
}
