package answer

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"

	"hongxian/geodata"
	"hongxian/internal/batch"
	"hongxian/internal/openapi"
	"hongxian/internal/report"
	"hongxian/internal/report/office"
)

// Parcels are the parcels of a file, read as they are asked for. Close it.
type Parcels struct {
	Each     iter.Seq2[batch.Parcel, error] // an error is the file's: nothing more can be read
	Findings func() []string                // what reading noted, asked after the last parcel
	Close    func() error
}

// ParcelReader reads the parcels of a foreign file one by one. A record that is
// no parcel says why and does not end the file.
type ParcelReader interface {
	ReadParcels(ctx context.Context, q Question) (*Parcels, error)
}

// Batches takes batches in and gives their results.
type Batches struct {
	*batch.Store
	Counties Counties
	Files    ParcelReader
	Intake   *batch.Intake
	Staged   func(n int) // called now and then while a file is read; may be nil
}

// Take takes the parcels of a file in as a batch, which is then worked on in the
// background.
func (b *Batches) Take(ctx context.Context, q Question) (batch.Batch, error) {
	if len(q.Choices) > 0 {
		return batch.Batch{}, &geodata.Error{Kind: geodata.Invalid, Code: "choice-in-batch",
			ZH: "批量核查不接受人工判定（choice），请对单个项目核查时给出。", EN: "A batch takes no choices; give them when checking one project."}
	}
	county, err := b.Counties.County(ctx, q.County)
	if err != nil {
		return batch.Batch{}, err
	}
	q.County, q.Held = county.Code, &county
	digest, err := q.sourceDigest()
	if err != nil {
		return batch.Batch{}, err
	}
	parcels, err := b.Files.ReadParcels(ctx, q)
	if err != nil {
		return batch.Batch{}, err
	}
	defer parcels.Close()
	name := q.Name
	if name == "" {
		name = q.Filename
	}
	return b.Intake.Take(ctx, batch.Delivery{County: q.County, Name: name, SourceDigest: digest, Against: q.Against,
		Parcels: parcels.Each, Findings: parcels.Findings, Staged: b.Staged})
}

// Unfinished is the batch of the same question that was not finished, if any.
func (b *Batches) Unfinished(ctx context.Context, q Question) (held batch.Batch, found bool, err error) {
	county, err := b.Counties.County(ctx, q.County)
	if err != nil {
		return held, false, err
	}
	digest, err := q.sourceDigest()
	if err != nil {
		return held, false, err
	}
	keys, err := b.Store.Unfinished(ctx, county.Code, digest)
	if err != nil || len(keys) == 0 {
		return held, false, err
	}
	held, err = b.Find(ctx, keys[0].County, keys[0].ID)
	return held, err == nil, err
}

// sourceDigest is the SHA-256 of the file and of how it is to be read.
func (q Question) sourceDigest() (string, error) {
	file, err := os.Open(q.Path)
	if err != nil {
		return "", fmt.Errorf("read what was handed in: %w", err)
	}
	defer file.Close()
	sum := sha256.New()
	if err := json.NewEncoder(sum).Encode([]any{q.Filename, q.CRS, q.Name, q.Against, q.Reading, q.Parameters}); err != nil {
		return "", err
	}
	if _, err := io.Copy(sum, file); err != nil {
		return "", fmt.Errorf("read what was handed in: %w", err)
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}

// errFound ends a walk over rows.
var errFound = errors.New("found")

// firstCheck is the first parcel's kept answer; all parcels are answered against
// the same layers and versions. It is empty while there is none.
func (b *Batches) firstCheck(ctx context.Context, county, id string) (first openapi.Check, err error) {
	err = b.Rows(ctx, county, id, func(r batch.Row) error {
		if r.Body == nil {
			return nil
		}
		var err error
		if _, first, err = report.ReadChecks(r.Body); err != nil {
			return err
		}
		return errFound
	})
	if errors.Is(err, errFound) {
		err = nil
	}
	return first, err
}

// WriteXLSX writes a row a parcel and 合计, as a workbook.
func (b *Batches) WriteXLSX(ctx context.Context, w io.Writer, held batch.Batch) error {
	first, err := b.firstCheck(ctx, held.County, held.ID)
	if err != nil {
		return err
	}
	head := office.SetHead{Title: held.Name, Number: held.ID, Created: held.Created, Schematic: first.Schematic,
		Layers: office.SetLayers(first), Versions: first.Versions, Notes: held.Findings}
	return office.CheckSetXLSX(w, head, func(yield func(office.SetRow, error) bool) {
		err := b.Rows(ctx, held.County, held.ID, func(r batch.Row) error {
			row, err := tableRow(r)
			if err == nil && !yield(office.SetRow{Number: row.Number, Name: row.Name, Check: row.Check, Reason: row.ReasonZH}, nil) {
				return errFound
			}
			return err
		})
		if err != nil && !errors.Is(err, errFound) {
			yield(office.SetRow{}, err)
		}
	})
}

// WriteCSV writes a row a parcel and a total, as a CSV table that spreadsheets open.
func (b *Batches) WriteCSV(ctx context.Context, w io.Writer, county, id string) error {
	first, err := b.firstCheck(ctx, county, id)
	if err != nil {
		return err
	}
	table, err := report.NewBatchCSV(w, first.Layers)
	if err != nil {
		return err
	}
	err = b.Rows(ctx, county, id, func(r batch.Row) error {
		row, err := tableRow(r)
		if err != nil {
			return err
		}
		return table.Row(row)
	})
	if err != nil {
		return err
	}
	return table.Total()
}

// tableRow reads a parcel's kept answer for a table.
func tableRow(r batch.Row) (report.BatchRow, error) {
	row := report.BatchRow{Number: r.Number, Name: r.Name}
	if r.Reason != nil {
		row.ReasonZH, row.ReasonEN = r.Reason.ZH, r.Reason.EN
	}
	if r.Body == nil {
		return row, nil
	}
	_, c, err := report.ReadChecks(r.Body)
	row.Check = &c
	return row, err
}
