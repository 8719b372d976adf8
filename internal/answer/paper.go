package answer

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"hongxian/geodata"
	"hongxian/internal/openapi"
	"hongxian/internal/overlap"
	"hongxian/internal/report"
	"hongxian/internal/report/figure"
	"hongxian/internal/report/office"
	"hongxian/internal/report/pieces"
	"hongxian/internal/scratch"
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
func FormatOf(key string) (Format, bool) { return formatIn(Formats, key) }

// formatIn finds a form of a list by its key.
func formatIn(formats []Format, key string) (Format, bool) {
	i := slices.IndexFunc(formats, func(f Format) bool { return f.Key == key })
	if i < 0 {
		return Format{}, false
	}
	return formats[i], true
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

// Write gives a kept check, or set of checks, in a form. It is drawn from the kept
// answer and the versions that answered, so it is the same years later.
func (p *Papers) Write(ctx context.Context, county, id string, format Format) ([]byte, error) {
	kept, err := getCheck(ctx, p.Records, county, id)
	if err != nil {
		return nil, err
	}
	w := &paper{Papers: p, keptAnswer: kept}
	if w.look, err = p.Look(ctx, kept.County); err != nil {
		return nil, err
	}
	return w.write(ctx, format)
}

// paper is one answer being written.
type paper struct {
	*Papers
	*keptAnswer
	look Look
}

// picture draws the picture of a question, against the versions that answered; in
// the county's plane, or in srid.
func (w *paper) picture(ctx context.Context, asked Asked, srid int) (*overlap.Picture, error) {
	return w.Illustrator.Illustrate(ctx, overlap.Request{County: w.County, Site: asked.Site, Against: w.Versions}, srid)
}

// pieces is what the site has in common with the layers, of a set each parcel's.
func (w *paper) pieces(ctx context.Context, srid int) (pieces.Set, error) {
	picture, err := w.picture(ctx, w.Asked, srid)
	if err != nil {
		return pieces.Set{}, err
	}
	set := pieces.Of(w.Check, picture)
	for i, parcel := range w.Parcels {
		picture, err := w.picture(ctx, parcel.Asked, srid)
		if err != nil {
			return set, fmt.Errorf("parcel %d: %w", i+1, err)
		}
		one := pieces.Of(parcel.Check, picture)
		one.Number = i + 1
		set.Parcels = append(set.Parcels, one)
	}
	return set, nil
}

func (w *paper) write(ctx context.Context, format Format) ([]byte, error) {
	var b bytes.Buffer
	var err error
	switch format.Key {
	case "pdf", "docx", "xlsx", "png":
		err = w.document(ctx, &b, format.Key)
	case "geojson", "txt", "gpkg":
		srid := 0
		if format.Key == "geojson" {
			srid = lonLat
		}
		var set pieces.Set
		if set, err = w.pieces(ctx, srid); err != nil {
			return nil, err
		}
		switch format.Key {
		case "geojson":
			err = pieces.GeoJSON(&b, set)
		case "txt":
			_, err = pieces.TXT(&b, set, pieces.TXTOptions{Unit: w.look.Letterhead.Bureau})
		case "gpkg":
			return geopackage(ctx, set)
		}
	default:
		err = fmt.Errorf("no paper of format %q", format.Key)
	}
	return b.Bytes(), err
}

// document writes a form that has the map in it, or is the map.
func (w *paper) document(ctx context.Context, b *bytes.Buffer, format string) error {
	if format == "xlsx" && w.Parcels != nil {
		return w.setWorkbook(b)
	}
	picture, err := w.picture(ctx, w.Asked, 0)
	if err != nil {
		return err
	}
	switch format {
	case "pdf":
		return report.CheckPDF(b, report.CheckDocument{Check: w.Check, Parcels: w.checks(), Picture: picture, Colours: w.look.Colours,
			Letterhead: w.look.Letterhead, Plane: w.look.Plane, VerifyURL: w.VerifyURL})
	case "png":
		return figure.PNG(b, picture, w.style(figure.Print))
	}
	return w.office(b, picture, format)
}

// checks are the checks of a set's parcels.
func (w *paper) checks() []openapi.Check {
	var out []openapi.Check
	for _, p := range w.Parcels {
		out = append(out, p.Check)
	}
	return out
}

// setWorkbook has a row a parcel, and 合计.
func (w *paper) setWorkbook(b *bytes.Buffer) error {
	whole := fmt.Sprintf("全部 %d 个地块合并为一个地块的核查结果另见 PDF、DOCX；合并后面积 %s 平方米。",
		len(w.Parcels), geodata.Area(w.Check.Site.AreaM2).In(geodata.SquareMetre, 2))
	head := office.SetHead{Title: w.Check.Site.Name, Number: w.ID, Code: report.Code(w.ID), Created: w.Check.CreatedAt,
		Schematic: w.Check.Schematic, Layers: office.SetLayers(w.Check), Versions: w.Check.Versions, Whole: &w.Check, Notes: []string{whole}}
	return office.CheckSetXLSX(b, head, func(yield func(office.SetRow, error) bool) {
		for i, p := range w.Parcels {
			if !yield(office.SetRow{Number: i + 1, Name: p.Check.Site.Name, Check: &p.Check}, nil) {
				return
			}
		}
	})
}

func (w *paper) style(dpi float64) figure.Style {
	return figure.Style{Colours: w.look.Colours, Plane: w.look.Plane, Schematic: w.Check.Schematic, DPI: dpi}
}

func (w *paper) office(b *bytes.Buffer, picture *overlap.Picture, format string) error {
	var mapImage bytes.Buffer
	if err := figure.PNG(&mapImage, picture, w.style(figure.Screen)); err != nil {
		return err
	}
	code := report.Code(w.ID)
	qr, err := report.QR(w.VerifyURL + code)
	if err != nil {
		return err
	}
	l := w.look.Letterhead
	p := office.Paper{Check: w.Check, Parcels: w.checks(), Picture: picture, Figure: mapImage.Bytes(), Letterhead: l.Bureau, Secrecy: l.Secrecy,
		MapApproval: l.MapNumber, Code: code, QR: qr, VerifyAt: w.VerifyURL, Program: w.Program}
	if format == "xlsx" {
		return office.CheckXLSX(b, p)
	}
	return office.CheckDOCX(b, p)
}

// geopackage is written by another program, which wants a file.
func geopackage(ctx context.Context, set pieces.Set) ([]byte, error) {
	folder, err := scratch.Make("", scratch.Paper)
	if err != nil {
		return nil, err
	}
	defer folder.Remove()
	path := filepath.Join(folder.Path, "overlap.gpkg")
	if err := pieces.GPKG(ctx, path, set); err != nil {
		return nil, err
	}
	return os.ReadFile(path)
}
