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
	"hongxian/internal/openapi"
	"hongxian/internal/overlap"
	"hongxian/internal/record"
	"hongxian/internal/report"
	"hongxian/internal/report/figure"
	"hongxian/internal/report/office"
	"hongxian/internal/report/pieces"
)

// Format (报告格式) is a form a kept check can be had in.
type Format struct {
	Key  string // the file name's extension
	Type string // the media type
}

// Formats are the forms, beside JSON itself.
var Formats = []Format{
	{"pdf", "application/pdf"},
	{"docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"},
	{"xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
	{"geojson", "application/geo+json"},
	{"gpkg", "application/geopackage+sqlite3"},
	{"txt", "text/plain; charset=gb18030"},
	{"png", "image/png"},
}

// FormatOf finds a form by its key.
func FormatOf(key string) (Format, bool) {
	i := slices.IndexFunc(Formats, func(f Format) bool { return f.Key == key })
	if i < 0 {
		return Format{}, false
	}
	return Formats[i], true
}

// Look (版式) is what a county's papers look like.
type Look struct {
	Letterhead report.Letterhead
	Colours    map[geodata.LayerKey]figure.Colour
	Plane      string                      // name of the Gauss-Krüger plane
	Tables     map[geodata.LayerKey]string // names of the layers in official databases
}

// Illustrator draws up the picture of a check; see overlap.Checker.Illustrate.
type Illustrator interface {
	Illustrate(ctx context.Context, r overlap.Request, srid int) (*overlap.Picture, error)
}

// Papers writes kept checks in the forms people file them in.
type Papers struct {
	Records     Records
	Illustrator Illustrator
	Look        func(ctx context.Context, county string) (Look, error)
	VerifyURL   string // where a code is confirmed, the code is put behind it; may be empty
	Program     string // name and version of the program
}

// lonLat is the reference system of GeoJSON.
const lonLat = 4490

// Write gives a kept check in a form. It is drawn from the kept answer and the
// versions that answered, so it is the same years later.
func (p *Papers) Write(ctx context.Context, county, id string, format Format) ([]byte, error) {
	kept, err := p.Records.Get(ctx, county, id)
	if err != nil {
		return nil, err
	}
	w := &paper{Papers: p, kept: kept}
	if err := json.Unmarshal(kept.Body, &w.check); err != nil || w.check.Id == "" {
		return nil, fmt.Errorf("read kept check %s: %w", kept.ID, err)
	}
	if w.look, err = p.Look(ctx, kept.County); err != nil {
		return nil, err
	}
	srid := 0
	if format.Key == "geojson" {
		srid = lonLat
	}
	if w.picture, err = p.picture(ctx, kept, srid); err != nil {
		return nil, err
	}
	return w.write(ctx, format)
}

// picture draws the picture of a kept check, against the versions that answered.
func (p *Papers) picture(ctx context.Context, kept record.Kept, srid int) (*overlap.Picture, error) {
	asked, against, err := ReadAsked(kept)
	if err != nil {
		return nil, err
	}
	return p.Illustrator.Illustrate(ctx, overlap.Request{County: kept.County, Site: asked.Site, Against: against}, srid)
}

// paper is one check being written.
type paper struct {
	*Papers
	kept    record.Kept
	check   openapi.Check
	look    Look
	picture *overlap.Picture
}

func (w *paper) write(ctx context.Context, format Format) ([]byte, error) {
	var b bytes.Buffer
	var err error
	switch format.Key {
	case "pdf":
		err = report.CheckPDF(&b, report.CheckDocument{Check: w.check, Picture: w.picture, Colours: w.look.Colours,
			Letterhead: w.look.Letterhead, Plane: w.look.Plane, VerifyURL: w.VerifyURL})
	case "docx", "xlsx":
		err = w.office(&b, format.Key)
	case "geojson":
		err = pieces.GeoJSON(&b, pieces.Of(w.check, w.picture))
	case "txt":
		_, err = pieces.TXT(&b, pieces.Of(w.check, w.picture), pieces.TXTOptions{Unit: w.look.Letterhead.Bureau})
	case "gpkg":
		return w.geopackage(ctx)
	case "png":
		err = figure.PNG(&b, w.picture, w.style(figure.Print))
	default:
		err = fmt.Errorf("no paper of format %q", format.Key)
	}
	return b.Bytes(), err
}

func (w *paper) style(dpi float64) figure.Style {
	return figure.Style{Colours: w.look.Colours, Plane: w.look.Plane, Schematic: w.check.Schematic, DPI: dpi}
}

func (w *paper) office(b *bytes.Buffer, format string) error {
	var mapImage bytes.Buffer
	if err := figure.PNG(&mapImage, w.picture, w.style(figure.Screen)); err != nil {
		return err
	}
	l := w.look.Letterhead
	p := office.Paper{Check: w.check, Picture: w.picture, Figure: mapImage.Bytes(), Letterhead: l.Bureau, Secrecy: l.Secrecy,
		MapApproval: l.MapNumber, Code: report.Code(w.check.Id), VerifyAt: w.VerifyURL, Program: w.Program}
	if format == "xlsx" {
		return office.CheckXLSX(b, p)
	}
	return office.CheckDOCX(b, p)
}

// geopackage is written by another program, which wants a file.
func (w *paper) geopackage(ctx context.Context) ([]byte, error) {
	folder, err := os.MkdirTemp("", "hongxian-paper-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(folder)
	path := filepath.Join(folder, "overlap.gpkg")
	if err := pieces.GPKG(ctx, path, pieces.Of(w.check, w.picture)); err != nil {
		return nil, err
	}
	return os.ReadFile(path)
}
