package main

import (
	"context"

	"hongxian/internal/answer"
	"hongxian/internal/intake"
)

// maxUploadBytes bounds an uploaded delivery once it is unpacked; on the command
// line it may be larger.
const maxUploadBytes = 1 << 30

// imports wires importing over HTTP.
func (d *database) imports() *answer.Imports {
	return &answer.Imports{Load: func(ctx context.Context, w answer.Delivery, progress func(staged, kept int)) (*intake.Report, error) {
		stored, err := d.importFile(ctx, w.Ref, w.Path, importFlags{crs: w.CRS, effective: w.Effective, basis: w.Basis, layer: w.Part, schematic: w.Schematic,
			name: w.Filename, confirm: w.ConfirmCRS, maxBytes: maxUploadBytes, progress: progress})
		if err != nil {
			return nil, err
		}
		return stored, d.intakes().Place(ctx, w.Ref.County, stored)
	}}
}

// intakes finds the reports that versions were stored with.
func (d *database) intakes() *intake.Reports { return &intake.Reports{DB: d.pool} }
