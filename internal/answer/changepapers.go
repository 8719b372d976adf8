package answer

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"hongxian/geodata"
	"hongxian/internal/change"
	"hongxian/internal/openapi"
	"hongxian/internal/record"
	"hongxian/internal/report"
	"hongxian/internal/report/figure"
	"hongxian/internal/report/office"
	"hongxian/internal/report/pieces"
	"hongxian/internal/scratch"
)

// ChangeFormats are the forms a kept comparison can be had in, beside JSON itself.
var ChangeFormats = []Format{
	{"pdf", "application/pdf"},
	{"xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
	{"geojson", "application/geo+json"},
	{"gpkg", "application/geopackage+sqlite3"},
	{"png", "image/png"},
	{"svg", "image/svg+xml"},
}

// ChangeFormatOf finds a form of comparisons by its key.
func ChangeFormatOf(key string) (Format, bool) { return formatIn(ChangeFormats, key) }

// ChangeIllustrator draws up the picture of a comparison; see change.Comparer.
type ChangeIllustrator interface {
	Illustrate(ctx context.Context, r change.Request, srid int) (*change.Picture, error)
}

// ChangePapers writes kept comparisons in the forms people file them in.
type ChangePapers struct {
	Records     Records
	Catalogue   Guarded
	Illustrator ChangeIllustrator
	Drawings    *Drawings // nil: every paper is drawn anew
	Look        func(ctx context.Context, county string) (Look, error)
	VerifyURL   string // where a code is confirmed, the code is put behind it; may be empty
	Program     string
}

// Write gives a kept comparison in a form. It is drawn from the kept answer and the
// versions it names; a version that is not held any more as it was then is a
// Conflict.
func (p *ChangePapers) Write(ctx context.Context, county, id string, format Format) ([]byte, error) {
	kept, err := getChange(ctx, p.Records, county, id)
	if err != nil {
		return nil, err
	}
	w := &changePaper{ChangePapers: p}
	if w.change, err = report.ReadChange(kept.Body); err != nil {
		return nil, fmt.Errorf("record %s: %w", kept.ID, err)
	}
	if w.look, err = p.Look(ctx, kept.County); err != nil {
		return nil, err
	}
	if format.Key != "xlsx" {
		if w.picture, err = p.picture(ctx, kept, w.change, format); err != nil {
			return nil, err
		}
	}
	return w.write(ctx, format)
}

// picture draws the picture of a kept comparison.
func (p *ChangePapers) picture(ctx context.Context, kept record.Kept, c openapi.Change, format Format) (*change.Picture, error) {
	var asked AskedChange
	if err := json.Unmarshal(kept.Inputs, &asked); err != nil {
		return nil, fmt.Errorf("read question of change %s: %w", kept.ID, err)
	}
	r, err := asked.Request()
	if err != nil {
		return nil, err
	}
	if err := p.asThen(ctx, r, c); err != nil {
		return nil, err
	}
	srid := 0
	if format.Key == "geojson" {
		srid = lonLat
	}
	key := drawing{kept.ID, srid}
	if held := p.Drawings.get(key); held != nil {
		return held, nil
	}
	drawn, err := p.Illustrator.Illustrate(ctx, r, srid)
	if err == nil {
		p.Drawings.put(key, drawn)
	}
	return drawn, err
}

// Request is the comparison that was asked for.
func (a AskedChange) Request() (r change.Request, err error) {
	if r.From, err = geodata.ParseVersionRef(a.From); err != nil {
		return r, fmt.Errorf("kept question: %w", err)
	}
	if r.To, err = geodata.ParseVersionRef(a.To); err != nil {
		return r, fmt.Errorf("kept question: %w", err)
	}
	if a.Township != "" {
		if r.Township, err = geodata.ParseVersionRef(a.Township); err != nil {
			return r, fmt.Errorf("kept question: %w", err)
		}
	}
	return r, nil
}

// asThen refuses to draw another version for the one that was compared: a draft may
// have been imported again under the same label.
func (p *ChangePapers) asThen(ctx context.Context, r change.Request, c openapi.Change) error {
	for _, ref := range []geodata.VersionRef{r.From, r.To} {
		v, err := p.Catalogue.Resolve(ctx, ref)
		if err != nil {
			return err
		}
		was := slices.IndexFunc(c.Versions, func(k openapi.ChangeVersion) bool { return k.Ref == v.Ref().String() })
		if was < 0 || c.Versions[was].Digest != v.Digest {
			return &geodata.Error{Kind: geodata.Conflict, Code: "version-replaced",
				ZH: fmt.Sprintf("版本 %s 已重新导入，与核查时不同，不能再绘制当时的报告。", v.Ref()),
				EN: fmt.Sprintf("Version %s was imported again and is not what was compared; the report of then cannot be drawn.", v.Ref())}
		}
	}
	return nil
}

// changePaper is one comparison being written.
type changePaper struct {
	*ChangePapers
	change  openapi.Change
	look    Look
	picture *change.Picture
}

func (w *changePaper) write(ctx context.Context, format Format) ([]byte, error) {
	var b bytes.Buffer
	var err error
	layer := geodata.LayerKey(w.change.Layer)
	switch format.Key {
	case "pdf":
		err = report.ChangePDF(&b, report.ChangeDocument{Change: w.change, Picture: w.picture, Colours: w.look.Colours,
			Letterhead: w.look.Letterhead, Plane: w.look.Plane, VerifyURL: w.VerifyURL})
	case "xlsx":
		l := w.look.Letterhead
		err = office.ChangeXLSX(&b, office.ChangePaper{Change: w.change, Conclusions: report.ChangeConclusions(w.change), Letterhead: l.Bureau,
			Secrecy: l.Secrecy, MapApproval: l.MapNumber, Code: report.Code(w.change.Id), Program: w.Program})
	case "geojson":
		err = pieces.ChangeGeoJSON(&b, w.set())
	case "gpkg":
		return w.geopackage(ctx)
	case "png":
		err = figure.ChangePNG(&b, w.picture, layer, w.change.Title, w.style())
	case "svg":
		err = figure.ChangeSVG(&b, w.picture, layer, w.change.Title, w.style())
	default:
		err = fmt.Errorf("no paper of format %q", format.Key)
	}
	return b.Bytes(), err
}

func (w *changePaper) style() figure.Style {
	return figure.Style{Colours: w.look.Colours, Plane: w.look.Plane, Schematic: w.change.Schematic, DPI: figure.Print}
}

func (w *changePaper) set() pieces.ChangeSet {
	return pieces.ChangeSet{Change: w.change, Picture: w.picture, Table: w.look.Tables[geodata.LayerKey(w.change.Layer)]}
}

// geopackage is written by another program, which wants a file.
func (w *changePaper) geopackage(ctx context.Context) ([]byte, error) {
	folder, err := scratch.Make("", scratch.Paper)
	if err != nil {
		return nil, err
	}
	defer folder.Remove()
	path := filepath.Join(folder.Path, "change.gpkg")
	if err := pieces.ChangeGPKG(ctx, path, w.set()); err != nil {
		return nil, err
	}
	return os.ReadFile(path)
}
