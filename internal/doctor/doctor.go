// Package doctor examines a deployment (体检): what is wrong or will be, where, and
// what to do about it. It changes nothing.
package doctor

import (
	"context"
	"slices"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"hongxian/internal/signon"
)

// Level (程度) is how bad a finding is.
type Level string

const (
	Good    Level = "good"
	Note    Level = "note"    // worth knowing
	Warning Level = "warning" // will be a fault
	Fault   Level = "fault"   // answers are wrong or missing, or data may be lost
)

// Finding (检查结果) is the outcome of one examination.
type Finding struct {
	Key    string `json:"key"` // stable, kebab-case
	Level  Level  `json:"level"`
	ZH     string `json:"zh"`
	EN     string `json:"en"`
	MendZH string `json:"mend_zh,omitempty"` // what to do
	MendEN string `json:"mend_en,omitempty"`
}

// Doctor examines.
type Doctor struct {
	DB   *pgxpool.Pool
	Data string // the data folder of a private cluster; empty: the database is elsewhere
	Now  func() time.Time

	Certificate, Key string // PEM files of the server's TLS; empty: it has none

	// SignOn is the identity provider (统一认证) as it is configured, or what is wrong with
	// its settings; nil, or of nil: there is none.
	SignOn func() (*signon.Provider, error)
}

// Examine makes every examination, also after one that failed. Cost: it reads all
// features and fragments once.
func (d *Doctor) Examine(ctx context.Context) []Finding {
	if d.Now == nil {
		d.Now = time.Now
	}
	var found []Finding
	for _, examine := range []func(context.Context) []Finding{
		d.examineServer, d.examineSchema, d.examineDisks, d.examinePrograms, d.examineFonts, d.examineClock,
		d.examineVersions, d.examineJobs, d.examineArchive, d.examineCertificate, d.ExamineSignOn, d.examineAudit,
	} {
		found = append(found, examine(ctx)...)
	}
	return found
}

// Worst is the worst level of several findings.
func Worst(found []Finding) Level {
	levels := []Level{Good, Note, Warning, Fault}
	worst := 0
	for _, f := range found {
		worst = max(worst, slices.Index(levels, f.Level))
	}
	return levels[worst]
}
