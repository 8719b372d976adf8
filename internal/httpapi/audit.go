package httpapi

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"os"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"hongxian/internal/audit"
	"hongxian/internal/openapi"
)

// auditLimit is the most entries of a page.
const auditLimit = 200

// listAudit gives the audit trail, newest first.
func (s *Server) listAudit(c echo.Context) error {
	f, err := auditFilter(c)
	if err != nil {
		return err
	}
	ctx, limit := c.Request().Context(), f.Limit
	f.Limit++ // one more tells whether there is a next page
	state, err := s.Trail.State(ctx)
	if err != nil {
		return err
	}
	rows, err := s.Trail.List(ctx, f)
	if err != nil {
		return err
	}
	list := openapi.AuditList{Height: state.Height, Head: state.Head.String(), Waiting: state.Waiting, Entries: []openapi.AuditEntry{}}
	if len(rows) > limit {
		rows = rows[:limit]
		next := nextEntries(c, rows[limit-1].ID)
		list.Next = &next
	}
	for _, r := range rows {
		list.Entries = append(list.Entries, auditEntry(r))
	}
	return writeJSON(c, list)
}

func auditEntry(r audit.Row) openapi.AuditEntry {
	e := openapi.AuditEntry{Id: r.ID, Seq: r.Seq, At: r.At, Who: r.Who, Role: r.Role, Address: r.Address, Action: r.Action, Object: r.Object,
		Outcome: openapi.AuditOutcome(r.Outcome), RequestId: r.Request}
	_ = json.Unmarshal([]byte(r.Detail), &e.Detail) // the database holds nothing but JSON there
	if r.Seq != nil {
		hash := hex.EncodeToString(r.Hash)
		e.Hash = &hash
	}
	return e
}

func auditFilter(c echo.Context) (f audit.Filter, err error) {
	f = audit.Filter{Who: c.QueryParam("who"), Action: c.QueryParam("action"), Object: c.QueryParam("object"), Outcome: audit.Outcome(c.QueryParam("outcome")), Limit: 50}
	if f.Outcome != "" && f.Outcome != audit.Done && f.Outcome != audit.Refused && f.Outcome != audit.Failed {
		return f, invalid("outcome-unknown", "outcome 应为 done、refused 或 failed。", "outcome is done, refused or failed.")
	}
	for name, at := range map[string]*time.Time{"since": &f.Since, "until": &f.Before} {
		if text := c.QueryParam(name); text != "" {
			if *at, err = time.Parse(time.RFC3339, text); err != nil {
				return f, invalid("time-malformed", fmt.Sprintf("%s 应为时刻，例如 2026-11-01T00:00:00Z。", name), fmt.Sprintf("%s is a moment, as in 2026-11-01T00:00:00Z.", name))
			}
		}
	}
	if text := c.QueryParam("limit"); text != "" {
		if f.Limit, err = strconv.Atoi(text); err != nil || f.Limit < 1 || f.Limit > auditLimit {
			return f, invalid("limit-malformed", fmt.Sprintf("limit 应为 1 至 %d 的整数。", auditLimit), fmt.Sprintf("limit is a whole number from 1 to %d.", auditLimit))
		}
	}
	if text := c.QueryParam("before"); text != "" {
		if f.Below, err = strconv.ParseInt(text, 10, 64); err != nil || f.Below < 1 {
			return f, invalid("before-malformed", "before 应为条目编号。", "before is the number of an entry.")
		}
	}
	return f, nil
}

// verifyAudit follows the whole chain, and says where it does not hold.
func (s *Server) verifyAudit(c echo.Context) error {
	var heads []audit.Head
	for _, text := range c.QueryParams()["expect"] {
		h, err := audit.ParseHead(text)
		if err != nil {
			return err
		}
		heads = append(heads, h)
	}
	v, err := s.Trail.Verify(c.Request().Context(), heads...)
	if err != nil {
		return err
	}
	out := openapi.AuditVerification{Whole: v.Whole(), Entries: v.Entries, First: v.First, Head: v.Head.String(), Broken: v.Broken, Waiting: v.Waiting,
		Missing: append([]string{}, v.Expect...), Breaks: []openapi.AuditBreak{}}
	for _, b := range v.Breaks {
		out.Breaks = append(out.Breaks, openapi.AuditBreak{Seq: b.Seq, Zh: b.ZH, En: b.EN})
	}
	return writeJSON(c, out)
}

// exportAudit gives the chain as JSON lines. It is written to a file first: what breaks
// halfway must not look like a whole trail.
func (s *Server) exportAudit(c echo.Context) error {
	var before time.Time
	if text := c.QueryParam("before"); text != "" {
		var err error
		if before, err = time.Parse(time.DateOnly, text); err != nil {
			return invalid("day-malformed", "before 应为日期，例如 2026-01-01。", "before is a day, as in 2026-01-01.")
		}
	}
	f, err := os.CreateTemp(s.TempDir, "hongxian-audit-")
	if err != nil {
		return fmt.Errorf("file for the audit trail: %w", err)
	}
	defer func() {
		if err := errors.Join(f.Close(), os.Remove(f.Name())); err != nil {
			s.Log.Error("remove an export of the audit trail", "request_id", requestID(c), "error", err)
		}
	}()
	if _, err := s.Trail.Export(c.Request().Context(), f, before); err != nil {
		return err
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return fmt.Errorf("export of the audit trail: %w", err)
	}
	c.Response().Header().Set("Cache-Control", "no-store")
	c.Response().Header().Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": "审计日志.jsonl"}))
	return c.Stream(http.StatusOK, "application/jsonl", f)
}
