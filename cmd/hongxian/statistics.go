package main

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"hongxian/geodata"
	"hongxian/geodata/county"
	"hongxian/geodata/postgis"
	"hongxian/internal/intake"
	"hongxian/internal/publish"
	"hongxian/internal/township"
)

// townshipShares makes a preparer of the divider, which knows no publication.
type townshipShares struct{ township.Divider }

// Prepare implements publish.Preparer.
func (t townshipShares) Prepare(ctx context.Context, tx pgx.Tx, v geodata.Version, progress func(float64)) ([]publish.Warning, error) {
	warnings, err := t.Divider.Prepare(ctx, tx, v, progress)
	out := make([]publish.Warning, len(warnings))
	for i, w := range warnings {
		out[i] = publish.Warning(w)
	}
	return out, err
}

// statistician wires everything that answers with township tables.
func (d *database) statistician() *township.Statistician {
	return &township.Statistician{DB: d.pool, Describe: statisticsOf, Program: "hongxian " + programVersion(),
		Cut: cutFaces, Load: loadZones}
}

// cutFaces cuts a draft as publishing would.
func cutFaces(ctx context.Context, tx pgx.Tx, v geodata.Version, progress func(float64)) error {
	_, err := publish.Faces{}.Prepare(ctx, tx, v, progress)
	return err
}

// zonesLabel is what a planner's zones are called while a table is computed: they
// are a draft of the township layer that is never committed.
const zonesLabel = "zones"

// loadZones takes zones in as an import would. A table over zones of which some
// were refused would not be what was asked.
func loadZones(ctx context.Context, tx pgx.Tx, code string, zones geodata.Delivery) (v geodata.Version, findings []string, err error) {
	ref := geodata.VersionRef{County: code, Layer: geodata.Township, Label: zonesLabel}
	r, err := (&intake.Loader{DB: tx}).Load(ctx, intake.Request{Ref: ref, Delivery: zones})
	if err != nil {
		return v, nil, err
	}
	for _, f := range r.Findings {
		if f.Fate == intake.Refused {
			return v, nil, &geodata.Error{Kind: geodata.Invalid, Code: "zones-refused", Record: f.Record, ZH: f.ZH, EN: f.EN}
		}
		findings = append(findings, fmt.Sprintf("分区文件第 %d 条：%s", f.Record, f.ZH))
	}
	v, err = (&postgis.Catalogue{DB: tx}).Resolve(ctx, ref)
	return v, findings, err
}

// statisticsOf is what tables need of a county's profile.
func statisticsOf(held postgis.County) (township.County, error) {
	p, err := profileOf(held)
	if err != nil {
		return township.County{}, err
	}
	c := township.County{Pairs: twos(p.Statistics.Pairs), Unions: twos(p.Statistics.Unions), Overlaps: p.Pairs}
	for _, t := range p.Townships {
		c.Townships = append(c.Townships, township.Place{Code: t.Code, Name: t.Name, Type: t.Type, Aliases: t.Aliases, Control: geodata.Area(t.ControlM2)})
	}
	for _, f := range p.Figures {
		c.Figures = append(c.Figures, figureOf(p, f))
	}
	return c, nil
}

func figureOf(p *county.Profile, f county.Figure) township.Figure {
	out := township.Figure{Key: f.Key, Value: f.Value, Source: f.Source, Name: f.Name, Place: f.Place, Target: f.Target, Of: f.Of, Type: f.Type}
	switch f.Unit {
	case "percent":
		out.Percent = true
	case "count":
		out.Count = true
	default:
		out.Unit = geodata.Unit(f.Unit)
	}
	if f.Baseline {
		out.Baseline, out.Tolerance = p.Change.Baselines[f.Of], geodata.Area(p.Change.DecreaseM2)
	}
	return out
}

func twos(lists [][]geodata.LayerKey) (out [][2]geodata.LayerKey) {
	for _, l := range lists {
		out = append(out, [2]geodata.LayerKey{l[0], l[1]})
	}
	return out
}
