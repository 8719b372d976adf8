package main

import (
	"context"

	"hongxian/geodata"
	"hongxian/internal/answer"
	"hongxian/internal/batch"
	"hongxian/internal/overlap"
)

// ReadParcels reads the parcels of a file one by one. Unlike ReadSites it goes on
// after a record that is no parcel: in a batch such a record has a row of its own,
// which says why it was not checked.
func (s siteReader) ReadParcels(ctx context.Context, q answer.Question) (*answer.Parcels, error) {
	file, err := s.open(ctx, q, maxBatchBytes)
	if err != nil {
		return nil, err
	}
	each := func(yield func(batch.Parcel, error) bool) {
		for f, err := range file.Features(ctx) {
			if err != nil {
				yield(batch.Parcel{}, err)
				return
			}
			if !yield(asParcel(f, q, file.SRID()), nil) {
				return
			}
		}
	}
	return &answer.Parcels{Each: each, Findings: func() []string { return said(file) }, Close: file.Close}, nil
}

// maxBatchBytes bounds an unpacked file with a batch's parcels.
const maxBatchBytes = 1 << 30

// asParcel makes a parcel of a record, or says why it is none.
func asParcel(f geodata.Feature, q answer.Question, srid int) batch.Parcel {
	if f.Geometry == nil {
		name := f.Name
		if name == "" {
			name = f.Code
		}
		return batch.Parcel{Site: overlap.Site{Name: name}, Err: &geodata.Error{Kind: geodata.Invalid, Code: "geometry-missing", Record: f.Record,
			ZH: "未落图：这条记录没有图形，不能核查。", EN: "This record has no geometry and cannot be checked."}}
	}
	site, err := asSite(f, q.Filename, q.Reading)
	site.SRID = srid
	return batch.Parcel{Site: site, Err: err}
}
