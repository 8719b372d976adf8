package answer

import (
	"context"
	"time"

	"hongxian/geodata"
	"hongxian/internal/batch"
	"hongxian/internal/overlap"
	"hongxian/internal/record"
)

// Sessions begins sessions that answer many sites against the same versions.
type Sessions interface {
	Session(ctx context.Context, county string, against []geodata.VersionRef) (CheckSession, error)
	Continue(ctx context.Context, county string, versions []geodata.VersionRef) (CheckSession, error)
}

// CheckSession is a Checker whose versions are settled.
type CheckSession interface {
	Checker
	CheckAll(ctx context.Context, requests []overlap.Request) ([]overlap.Checked, error)
	Versions() []geodata.VersionRef
}

// Desk answers the parcels of batches: by the steps of Checks, so that a parcel
// has the same answer in a batch and alone.
type Desk struct {
	Sessions Sessions
	Now      func() time.Time // nil: time.Now
}

// Open begins a session against the versions in force, or those named.
func (d *Desk) Open(ctx context.Context, county string, against []geodata.VersionRef) (batch.Session, error) {
	s, err := d.Sessions.Session(ctx, county, against)
	return &deskSession{d, s, county}, err
}

// Continue begins a session that answers as an earlier one did.
func (d *Desk) Continue(ctx context.Context, county string, versions []geodata.VersionRef) (batch.Session, error) {
	s, err := d.Sessions.Continue(ctx, county, versions)
	return &deskSession{d, s, county}, err
}

type deskSession struct {
	desk    *Desk
	session CheckSession
	county  string
}

// Versions are those that the session answers against.
func (s *deskSession) Versions() []geodata.VersionRef { return s.session.Versions() }

// Answer gives what is to be kept for a parcel.
func (s *deskSession) Answer(ctx context.Context, site overlap.Site) (record.Kept, error) {
	checks := Checks{Now: s.desk.Now}
	return checks.find(ctx, s.session, Question{County: s.county}, site)
}

// Answers gives what is to be kept for several parcels, each as Answer does. An
// error says nothing of a single one: ask for them one by one.
func (s *deskSession) Answers(ctx context.Context, sites []overlap.Site) ([]batch.Answer, error) {
	requests := make([]overlap.Request, len(sites))
	for i, site := range sites {
		requests[i] = overlap.Request{County: s.county, Site: site}
	}
	checked, err := s.session.CheckAll(ctx, requests)
	if err != nil {
		return nil, err
	}
	checks, answers := Checks{Now: s.desk.Now}, make([]batch.Answer, len(sites))
	for i, c := range checked {
		if answers[i].Err = c.Err; c.Err == nil {
			answers[i].Kept, answers[i].Err = checks.encode(ctx, s.county, sites[i], c.Report)
		}
	}
	return answers, nil
}
