package audit

import (
	"context"
	_ "embed"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"hongxian/geodata"
)

// ShortestKept and DefaultKept are how many days entries stay in the database at least,
// and where nothing else is said: three years.
const (
	ShortestKept = 180
	DefaultKept  = 1096
)

// Retention (保留期) is how long entries stay in the database. What is older goes month
// by month into files, which verify like the chain does.
type Retention struct {
	Days   int    // 0: for ever
	Folder string // of the files
}

// Judge says whether entries may be kept so short a time. Errors: Invalid.
func (r Retention) Judge() error {
	if r.Days == 0 || r.Days >= ShortestKept {
		return nil
	}
	return &geodata.Error{Kind: geodata.Invalid, Code: "audit-kept-too-short",
		ZH: fmt.Sprintf("审计条目至少在库中保留 %d 天，0 为永久。", ShortestKept),
		EN: fmt.Sprintf("Audit entries stay in the database for %d days at least; 0 is for ever.", ShortestKept)}
}

// retainEvery is how often a server looks for entries that are old enough.
const retainEvery = 24 * time.Hour

// Retain cuts what is older than the retention until ctx ends, looking at once and then
// every day.
func (t *Trail) Retain(ctx context.Context, r Retention, log *slog.Logger) {
	if r.Days == 0 {
		return
	}
	tick := time.NewTicker(retainEvery)
	defer tick.Stop()
	for {
		path, s, err := t.RetainAt(ctx, r, time.Now())
		switch {
		case err != nil && ctx.Err() == nil:
			log.ErrorContext(ctx, "cut the audit trail", "error", err)
		case s.Entries > 0:
			log.InfoContext(ctx, "audit trail cut", "entries", s.Entries, "file", path, "expect", s.Head.String())
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
	}
}

//go:embed sql/oldest.sql
var oldestSQL string

// RetainAt cuts whole months that are older than the retention at a moment, and says
// into which file; none where there is nothing so old.
func (t *Trail) RetainAt(ctx context.Context, r Retention, now time.Time) (path string, s Stretch, err error) {
	limit := now.UTC().AddDate(0, 0, -r.Days)
	before := time.Date(limit.Year(), limit.Month(), 1, 0, 0, 0, 0, time.UTC)
	var oldest *time.Time
	if err := t.DB.QueryRow(ctx, oldestSQL).Scan(&oldest); err != nil {
		return "", s, fmt.Errorf("oldest audit entry: %w", err)
	}
	if oldest == nil || !oldest.Before(before) {
		return "", s, nil
	}
	if err := os.MkdirAll(r.Folder, 0o700); err != nil {
		return "", s, fmt.Errorf("folder of the audit trail: %w", err)
	}
	if path, err = freeName(filepath.Join(r.Folder, "audit-before-"+before.Format(time.DateOnly))); err != nil {
		return "", s, err
	}
	if s, err = t.CutTo(ctx, path, before); err == nil && s.Entries == 0 { // another server was faster
		err = os.Remove(path)
	}
	return path, s, err
}

// mostOfOneMonth is how many files of one month are told apart: servers that were killed
// while they cut leave one each.
const mostOfOneMonth = 100

func freeName(stem string) (string, error) {
	for n := 1; n <= mostOfOneMonth; n++ {
		path := stem + ".jsonl"
		if n > 1 {
			path = fmt.Sprintf("%s-%d.jsonl", stem, n)
		}
		if _, err := os.Lstat(path); os.IsNotExist(err) {
			return path, nil
		}
	}
	return "", fmt.Errorf("%s: there are %d files of that name already", stem, mostOfOneMonth)
}
