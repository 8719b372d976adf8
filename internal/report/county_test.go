package report_test

import (
	"bytes"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/paulmach/orb"

	"hongxian/geodata"
	"hongxian/geodata/county"
	"hongxian/internal/overlap"
	"hongxian/internal/pgtest/holding"
	"hongxian/internal/report"
	"hongxian/internal/report/figure"
)

// Checks of the schematic county become reports, with the map of the same
// geometry: a parcel, a large site, a corridor through
// the county.
func TestReportsOfTheSchematicCounty(t *testing.T) {
	profile, err := county.Load("500237")
	if err != nil {
		t.Fatal(err)
	}
	db := holding.Schematic(t, 1)
	colours := map[geodata.LayerKey]figure.Colour{}
	for _, l := range profile.Layers {
		colours[l.Key] = figure.Colour{Fill: l.Style.Fill, Line: l.Style.Line}
	}
	star := func(e, n, radius float64) orb.MultiPolygon {
		var ring orb.Ring
		for i := range 25 {
			sin, cos := math.Sincos(float64(i%24) * math.Pi / 12)
			r := radius * (1 + 0.3*math.Cos(float64(i%24)*5))
			ring = append(ring, orb.Point{e + r*cos, n + r*sin})
		}
		return orb.MultiPolygon{{ring}}
	}
	for _, site := range []overlap.Site{
		{Name: "parcel", SRID: 4546, Geometry: star(400000, 3445000, 300)},
		{Name: "large", SRID: 4546, Geometry: star(395000, 3440000, 10_000)},
		{Name: "corridor", SRID: 4546, Axis: orb.MultiLineString{{{380000, 3430000}, {395000, 3440000}, {400000, 3460000}, {410000, 3470000}}}, Buffer: 50},
	} {
		t.Run(site.Name, func(t *testing.T) {
			checker := &overlap.Checker{DB: db, Tolerance: overlap.DefaultTolerance, Program: "test"}
			answer, err := checker.Check(t.Context(), overlap.Request{Site: site})
			if err != nil {
				t.Fatal(err)
			}
			picture, err := checker.Illustrate(t.Context(), overlap.Request{Site: site}, 0)
			if err != nil {
				t.Fatal(err)
			}
			body, err := report.CheckJSON(answer)
			if err != nil {
				t.Fatal(err)
			}
			_, check, err := report.ReadChecks(body)
			if err != nil {
				t.Fatal(err)
			}
			var b bytes.Buffer
			if err := report.CheckPDF(&b, report.CheckDocument{Check: check, Picture: picture, Colours: colours,
				Letterhead: report.Letterhead{Bureau: profile.Letterhead.Bureau}, Plane: "CGCS2000 / 3-degree Gauss-Kruger CM 111E"}); err != nil {
				t.Fatal(err)
			}
			pages := exec.Command("pdftotext", "-", "-")
			pages.Stdin = &b
			made := bytes.Clone(b.Bytes())
			if text, err := pages.Output(); err != nil || !bytes.Contains(text, []byte(geodata.Area(check.Site.AreaM2).In(geodata.SquareMetre, 2))) {
				t.Errorf("%v: the report does not print the site's area", err)
			}
			if folder := os.Getenv("HONGXIAN_LOOK"); folder != "" {
				if err := os.WriteFile(filepath.Join(folder, fmt.Sprintf("county-%s.pdf", site.Name)), made, 0o600); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}
