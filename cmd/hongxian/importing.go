package main

import (
	"context"
	"errors"

	"hongxian/geodata"
	"hongxian/internal/answer"
	"hongxian/internal/audit"
	"hongxian/internal/intake"
)

// maxUploadBytes bounds an uploaded delivery once it is unpacked; on the command
// line it may be larger.
const maxUploadBytes = 1 << 30

// imports wires importing over HTTP.
func (d *database) imports() *answer.Imports {
	return &answer.Imports{Proposal: func(ctx context.Context, w answer.Delivery) (*intake.Proposal, error) {
		return d.propose(ctx, w.Ref, w.Path, importFlags{crs: w.CRS, parameters: w.Parameters, datum: w.Datum, layer: w.Part, name: w.Filename, confirm: w.ConfirmCRS, maxBytes: maxUploadBytes})
	}, Load: func(ctx context.Context, w answer.Delivery, progress func(staged, kept int)) (*intake.Report, error) {
		stored, err := d.importFile(ctx, w.Ref, w.Path, importFlags{crs: w.CRS, parameters: w.Parameters, datum: w.Datum, effective: w.Effective, basis: w.Basis, layer: w.Part, schematic: w.Schematic,
			name: w.Filename, confirm: w.ConfirmCRS, maxBytes: maxUploadBytes, progress: progress,
			unexamined: true, approvals: w.Approvals, approvalsName: w.ApprovalsName, fields: chosenFields{w.CodeField, w.NameField, w.ClassField}})
		if err != nil {
			return nil, errors.Join(err, d.noteFailedImport(ctx, w.Ref, err))
		}
		return stored, d.intakes().Place(ctx, w.Ref.County, stored)
	}, Examine: func(ctx context.Context, ref geodata.VersionRef) error {
		_, err := d.examine(ctx, ref, nil)
		return err
	}}
}

// intakes finds the reports that versions were stored with.
func (d *database) intakes() *intake.Reports { return &intake.Reports{DB: d.pool} }

// noteFailedImport tells the audit trail of a delivery that was taken in and came to
// nothing, after its request had been answered.
func (d *database) noteFailedImport(ctx context.Context, ref geodata.VersionRef, cause error) error {
	code := geodata.AsError(cause).Code
	if ctx.Err() != nil { // whoever handed it in, or the server's end, cut it off
		code = "cancelled"
	}
	return audit.Write(context.WithoutCancel(ctx), d.pool, audit.Entry{Action: "import", Object: ref.String(), Outcome: audit.Failed,
		Detail: map[string]any{"code": code}})
}
