// Package answer turns a planner's file into a kept answer: it reads the site,
// has it checked, encodes the result and keeps the bytes, so that the same
// question asked again gives the same bytes. The HTTP server and the command line
// ask through it; it is the only place that joins the steps.
package answer

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"hongxian/geodata"
	"hongxian/geodata/postgis"
	"hongxian/internal/overlap"
	"hongxian/internal/record"
	"hongxian/internal/report"
)

// KindCheck is the kind under which checks are kept.
const KindCheck = "check"

// MaxParcels is how many parcels one file may hold for a check.
const MaxParcels = 200

// Question (核查问题) is a site in a file and what to check it against.
type Question struct {
	Path     string          // where the file lies on this machine
	Filename string          // what the planner calls it; its extension tells the format
	CRS      string          // as given, empty to go by the file
	Name     string          // 项目名称, empty to go by the file
	County   string          // empty: the only one held
	Held     *postgis.County // that county, once it was looked up; whoever asks leaves it nil
	Against  []geodata.VersionRef
	Choices  map[string]string // what a person decided, by question key
	Reading                    // how the file is to be read
}

// Reading (读取方式) is what the planner says about a file that the file does not.
type Reading struct {
	ConfirmCRS bool    // take the one reference system that fits, where the file names none
	Parameters string  `json:"-"` // 七参数: a set's name, or written out; secret
	Datum      string  // gcj02 or bd09: degrees that a web map has shifted
	Width      float64 // metres: lines are corridors of this width; 0: lines are refused
	Radius     float64 // metres: points are circles of this radius; 0: points are refused
}

// Answer (核查答复) is the answer's bytes.
type Answer struct {
	Body  []byte // a Check, or a CheckSet for several parcels
	ID    string // of the check, or of the set
	IsNew bool   // nothing of it had been kept before
}

// SiteReader reads the parcels of a foreign file, for a county that is named.
type SiteReader interface {
	ReadSites(ctx context.Context, q Question) ([]overlap.Site, error)
}

// Checker answers for one site.
type Checker interface {
	Check(ctx context.Context, r overlap.Request) (*overlap.Report, error)
}

// Keeper keeps answers. Put gives the bytes that are kept under an identity, which
// are the answer's only when nothing was kept there before.
type Keeper interface {
	Put(ctx context.Context, a record.Kept) (stored []byte, isNew bool, err error)
}

// Counties finds a county; an empty code means the only one held.
type Counties interface {
	County(ctx context.Context, code string) (postgis.County, error)
}

// Checks answers questions about sites.
type Checks struct {
	Counties Counties
	Sites    SiteReader
	Checker  Checker
	Sessions Sessions // for the parcels of a file
	Keeper   Keeper
	Records  Records          // kept questions, to ask them again
	Now      func() time.Time // nil: time.Now
}

// Answer reads, checks, encodes and keeps. Several parcels are each answered and
// kept on their own, and so are their whole and the set of them.
func (c *Checks) Answer(ctx context.Context, q Question) (Answer, error) {
	county, err := c.Counties.County(ctx, q.County)
	if err != nil {
		return Answer{}, err
	}
	q.County, q.Held = county.Code, &county
	sites, err := c.Sites.ReadSites(ctx, q)
	if err != nil {
		return Answer{}, err
	}
	switch {
	case len(sites) == 0:
		return Answer{}, &geodata.Error{Kind: geodata.Invalid, Code: "site-empty",
			ZH: fmt.Sprintf("文件“%s”中没有面状地块。", q.Filename),
			EN: fmt.Sprintf("The file %q holds no polygon.", q.Filename)}
	case len(sites) > MaxParcels:
		return Answer{}, &geodata.Error{Kind: geodata.TooLarge, Code: "too-many-parcels",
			ZH: fmt.Sprintf("文件含 %d 个地块，一次核查最多 %d 个，请拆分后再核查。", len(sites), MaxParcels),
			EN: fmt.Sprintf("The file holds %d parcels; one check takes at most %d. Split the file.", len(sites), MaxParcels)}
	case len(sites) == 1:
		if q.Name != "" {
			sites[0].Name = q.Name
		}
		return c.one(ctx, q, sites[0])
	}
	return c.several(ctx, q, sites)
}

func (c *Checks) one(ctx context.Context, q Question, site overlap.Site) (Answer, error) {
	f, err := c.find(ctx, c.Checker, q, site)
	if err != nil {
		return Answer{}, err
	}
	return c.keep(ctx, f)
}

// Again asks a kept question once more: the same site, of the versions in force
// now, with the choices made then unless others are given. Where nothing has
// changed since, the kept answer comes back.
func (c *Checks) Again(ctx context.Context, county, id string, choices map[string]string) (Answer, error) {
	kept, err := getCheck(ctx, c.Records, county, id)
	if err != nil {
		return Answer{}, err
	}
	if len(choices) == 0 {
		choices = kept.Asked.Choices
	}
	q := Question{County: kept.County, Choices: choices, Name: kept.Asked.Site.Name}
	if kept.Parcels == nil {
		return c.one(ctx, q, kept.Asked.Site)
	}
	var sites []overlap.Site
	for _, p := range kept.Parcels {
		sites = append(sites, p.Asked.Site)
	}
	return c.several(ctx, q, sites)
}

// Asked (所问) is what a check was asked: enough to show it, or ask it again.
type Asked struct {
	Site     overlap.Site      `json:"site"`
	Versions []string          `json:"versions"` // references that answered, townships too
	Choices  map[string]string `json:"choices,omitempty"`
}

func asked(site overlap.Site, r *overlap.Report) Asked {
	a := Asked{Site: site, Choices: r.Verdict.Choices}
	for _, v := range r.Versions {
		a.Versions = append(a.Versions, v.Ref)
	}
	return a
}

// find checks one site and encodes the result and what was asked.
func (c *Checks) find(ctx context.Context, checker Checker, q Question, site overlap.Site) (record.Kept, error) {
	r, err := checker.Check(ctx, overlap.Request{County: q.County, Held: q.Held, Site: site, Against: q.Against, Choices: q.Choices})
	if err != nil {
		return record.Kept{}, err
	}
	return c.encode(ctx, q.County, site, r)
}

// encode puts down a result as it is answered and kept, and what was asked.
func (c *Checks) encode(ctx context.Context, county string, site overlap.Site, r *overlap.Report) (record.Kept, error) {
	townships, err := withinSight(ctx, r)
	if err != nil {
		return record.Kept{}, err
	}
	r.CreatedAt = c.now()
	body, err := report.CheckJSON(r)
	if err != nil {
		return record.Kept{}, err
	}
	inputs, err := json.Marshal(asked(site, r))
	if err != nil {
		return record.Kept{}, fmt.Errorf("keep question of check %s: %w", r.ID, err)
	}
	return record.Kept{County: county, ID: r.ID, Kind: KindCheck, Body: body, Inputs: inputs,
		Subject: site.Name, Outcome: string(r.Verdict.Outcome), Layers: checkedLayers(r), Townships: townships}, nil
}

// keep keeps an answer, or gives the one kept before.
func (c *Checks) keep(ctx context.Context, found record.Kept) (Answer, error) {
	stored, isNew, err := c.Keeper.Put(ctx, found)
	if err != nil {
		return Answer{}, fmt.Errorf("keep check %s: %w", found.ID, err)
	}
	return Answer{Body: stored, ID: found.ID, IsNew: isNew}, nil
}

func (c *Checks) now() time.Time {
	if c.Now == nil {
		return time.Now()
	}
	return c.Now()
}
