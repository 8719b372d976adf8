package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"hongxian/geodata"
	"hongxian/geodata/county"
	"hongxian/geodata/postgis"
	"hongxian/internal/geofile"
	"hongxian/internal/intake"
	"hongxian/internal/report"
)

// proposedRecords is how many records of a file are looked at for a proposal.
const proposedRecords = 200

// propose says what a file is taken for. An empty layer lets the file say which it is;
// nothing is stored.
func (d *database) propose(ctx context.Context, ref geodata.VersionRef, path string, f importFlags) (*intake.Proposal, error) {
	profile, err := d.profileSeen(ctx, ref.County)
	if err != nil {
		return nil, err
	}
	if _, known := profile.Layer(ref.Layer); ref.Layer != "" && !known {
		return nil, layerUnknown(ref.Layer, profile)
	}
	p := &intake.Proposal{Name: cmp.Or(f.name, filepath.Base(path)), Layer: ref.Layer, Part: f.layer}
	parameters, err := parametersOf(profile, f.parameters)
	if err != nil {
		return nil, err
	}
	options := geofile.Options{Parameters: parameters, Datum: f.datum, Name: p.Name, CRS: f.crs, Layer: f.layer, ConfirmGuess: f.confirm, MaxBytes: f.maxBytes}
	file, err := openDelivery(ctx, path, profile, options)
	if p.Parts = geofile.PartsOf(err); p.Parts != nil {
		if p.Part = choosePart(p, profile); p.Part == "" {
			return p, nil // which part is meant, a person must say
		}
		options.Layer = p.Part
		file, err = openDelivery(ctx, path, profile, options)
	}
	if err != nil {
		return nil, err
	}
	defer file.Close()
	p.SRID = file.SRID()
	if err := lookAt(ctx, file, p); err != nil {
		return nil, err
	}
	p.Notes = notesOf(file)
	recogniseTable(p, profile, cmp.Or(p.Part, file.Part()))
	return p, nil
}

// profileSeen is a county's profile with the layers that whoever asks may see.
func (d *database) profileSeen(ctx context.Context, code string) (*county.Profile, error) {
	profile, isHeld, err := d.countyFor(ctx, code)
	if err != nil || !isHeld || geodata.SightOf(ctx).Whole() {
		return profile, err
	}
	held, err := (&postgis.Catalogue{DB: d.pool}).Layers(ctx, profile.Code)
	if err != nil {
		return nil, err
	}
	seen := *profile
	seen.Layers = slices.DeleteFunc(slices.Clone(profile.Layers), func(l county.Layer) bool {
		return !slices.ContainsFunc(held, func(h geodata.Layer) bool { return h.Key == l.Key })
	})
	return &seen, nil
}

// choosePart names the one part of a file that is the layer asked for, by its name, or
// the only one that is any layer; it lists what each may be.
func choosePart(p *intake.Proposal, profile *county.Profile) (chosen string) {
	var fitting []string
	for _, part := range p.Parts {
		for _, m := range profile.RecogniseLayer(part, nil) {
			if p.Layer == "" || m.Layer.Key == p.Layer {
				p.Layers = append(p.Layers, guessOf(m, part))
				fitting = append(fitting, part)
			}
		}
	}
	if fitting = slices.Compact(fitting); len(fitting) == 1 {
		return fitting[0]
	}
	return ""
}

func guessOf(m county.Match, part string) intake.LayerGuess {
	g := intake.LayerGuess{Layer: m.Layer.Key, Title: m.Layer.TitleZH, Part: part}
	for _, e := range m.Evidence {
		g.Evidence = append(g.Evidence, intake.Reason(e))
	}
	return g
}

// lookAt reads the first records for the columns they have. A record that would be
// refused counts as well: its attributes are not worse for it.
func lookAt(ctx context.Context, file *geofile.File, p *intake.Proposal) error {
	columns := map[string]*intake.Column{}
	for f, err := range file.Features(ctx) {
		if _, refused := geodata.RefusedRecord(err); err != nil && !refused {
			return err
		}
		for name, value := range f.Attributes {
			c := columns[name]
			if c == nil {
				c = &intake.Column{Name: name, Numeric: true}
				columns[name] = c
			}
			noteValue(c, value)
		}
		if p.Read++; p.Read == proposedRecords {
			break
		}
	}
	for _, name := range slices.Sorted(maps.Keys(columns)) {
		c := columns[name]
		c.Numeric = c.Numeric && c.Filled > 0
		p.Columns = append(p.Columns, *c)
	}
	return nil
}

// maxExample bounds an example, in characters.
const maxExample = 40

func noteValue(c *intake.Column, value any) {
	text := strings.TrimSpace(fmt.Sprint(value))
	if value == nil || text == "" {
		return
	}
	c.Filled++
	switch value.(type) {
	case int64, float64:
	default:
		c.Numeric = false
	}
	if r := []rune(text); len(r) > maxExample {
		text = string(r[:maxExample]) + "…"
	}
	if len(c.Examples) < 3 && !slices.Contains(c.Examples, text) {
		c.Examples = append(c.Examples, text)
	}
}

// recogniseTable says which layer a table is, and which of its columns are what.
func recogniseTable(p *intake.Proposal, profile *county.Profile, table string) {
	names := make([]string, len(p.Columns))
	for i, c := range p.Columns {
		names[i] = c.Name
	}
	matches := profile.RecogniseLayer(table, names)
	p.Layers = nil
	for _, m := range matches {
		p.Layers = append(p.Layers, guessOf(m, ""))
	}
	if p.Layer == "" && len(matches) > 0 {
		p.Layer = matches[0].Layer.Key
	}
	layer, known := profile.Layer(p.Layer)
	if !known {
		return
	}
	code, name, class := layer.RecogniseFields(names)
	p.Code, p.Called, p.Class = fieldOf(code), fieldOf(name), fieldOf(class)
	p.AreaField, p.AreaUnit = layer.RecogniseArea(names)
}

func fieldOf(m county.FieldMatch) intake.FieldGuess {
	return intake.FieldGuess{Field: m.Column, Confirm: m.IsCommon, Reason: intake.Reason(m.Evidence), Candidates: m.Candidates}
}

// chosenFields are fields that a person named, in place of what is recognised.
type chosenFields struct{ code, name, class string }

// over is what is read: the named fields alone, where some are named.
func (c chosenFields) over(known geodata.FieldNames) geodata.FieldNames {
	for _, f := range []struct {
		chosen string
		names  *[]string
	}{{c.code, &known.Code}, {c.name, &known.Name}, {c.class, &known.Class}} {
		if f.chosen != "" {
			*f.names = []string{f.chosen}
		}
	}
	return known
}

// printProposal prints what a file is taken for.
func (d *database) printProposal(ctx context.Context, w io.Writer, ref geodata.VersionRef, path string, f importFlags) error {
	p, err := d.propose(ctx, ref, path, f)
	if err != nil {
		return err
	}
	if f.format == "json" {
		body, err := report.JSON(report.Proposal(p))
		if err != nil {
			return err
		}
		_, err = w.Write(body)
		return err
	}
	_, err = io.WriteString(w, report.ProposalTable(p))
	return err
}
