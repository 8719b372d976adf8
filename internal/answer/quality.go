package answer

import (
	"bytes"
	"context"
	"os"
	"path/filepath"

	"hongxian/geodata"
	"hongxian/internal/openapi"
	"hongxian/internal/quality"
	"hongxian/internal/report"
	"hongxian/internal/report/office"
	"hongxian/internal/report/pieces"
	"hongxian/internal/scratch"
)

const (
	// qualityPlaces is how many places a document lists, qualityKept how many a
	// GeoPackage can hold: all that are kept of five kinds.
	qualityPlaces = 500
	qualityKept   = 50_000
)

// Qualities (质检) gives quality reports and their papers.
type Qualities struct {
	// Report finds the report of a version, with at most so many places, and has one
	// examined that nobody examined yet.
	Report func(ctx context.Context, ref geodata.VersionRef, places int) (*quality.Report, error)
}

// Find gives a report as a document. NotFound where the version is not held.
func (q *Qualities) Find(ctx context.Context, ref geodata.VersionRef) (openapi.Quality, error) {
	found, err := q.Report(ctx, ref, qualityPlaces)
	if err != nil {
		return openapi.Quality{}, err
	}
	return report.Quality(found)
}

// Workbook gives a report as XLSX.
func (q *Qualities) Workbook(ctx context.Context, ref geodata.VersionRef) ([]byte, error) {
	found, err := q.Report(ctx, ref, qualityKept)
	if err != nil {
		return nil, err
	}
	document, err := report.Quality(found)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	err = office.QualityXLSX(&b, document)
	return b.Bytes(), err
}

// Places gives every place that is kept as a GeoPackage.
func (q *Qualities) Places(ctx context.Context, ref geodata.VersionRef) ([]byte, error) {
	found, err := q.Report(ctx, ref, qualityKept)
	if err != nil {
		return nil, err
	}
	folder, err := scratch.Make("", scratch.Paper)
	if err != nil {
		return nil, err
	}
	defer folder.Remove()
	path := filepath.Join(folder.Path, "quality.gpkg")
	if err := pieces.QualityGPKG(ctx, path, found, report.QualityTitle); err != nil {
		return nil, err
	}
	return os.ReadFile(path)
}
