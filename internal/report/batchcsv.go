package report

import (
	"encoding/csv"
	"fmt"
	"io"
	"math/big"
	"strconv"
	"strings"

	"hongxian/internal/openapi"
	"hongxian/internal/report/spreadsheet"
)

// BatchRow (批量核查结果行) is what a table says of one parcel.
type BatchRow struct {
	Number             int // 1…n in the order of the file
	Name               string
	Check              *openapi.Check // nil: not checked
	ReasonZH, ReasonEN string         // why not
}

// BatchCSV writes a batch as CSV: BOM, CRLF, a row a parcel, and a total that is
// the sum of the figures printed above it. Areas are m² to 0.0001.
type BatchCSV struct {
	w      *csv.Writer
	layers []openapi.CheckLayer
	sums   []*big.Rat // of the site, then of each layer
	rows   int
}

// NewBatchCSV begins a table with columns for these layers.
func NewBatchCSV(w io.Writer, layers []openapi.CheckLayer) (*BatchCSV, error) {
	if _, err := io.WriteString(w, "\ufeff"); err != nil {
		return nil, err
	}
	t := &BatchCSV{w: csv.NewWriter(w), layers: layers, sums: []*big.Rat{new(big.Rat)}}
	t.w.UseCRLF = true
	header := []string{"序号", "名称", "面积(平方米)", "结论"}
	for _, l := range layers {
		header = append(header, spreadsheet.Text(l.Title), spreadsheet.Text(l.Title+"重叠面积(平方米)"))
		t.sums = append(t.sums, new(big.Rat))
	}
	return t, t.w.Write(append(header, "未核查原因", "核查编号"))
}

var statusZH = map[openapi.CheckStatus]string{
	openapi.CheckStatusConcerned: "涉及", openapi.CheckStatusNotConcerned: "不涉及", openapi.CheckStatusNotChecked: "未核查"}

// Row writes a parcel. One without an answer is 未核查 in every layer: never blank,
// which could be read as not concerned.
func (t *BatchCSV) Row(r BatchRow) error {
	t.rows++
	cells := []string{strconv.Itoa(r.Number), spreadsheet.Text(r.Name)}
	if r.Check == nil {
		cells = append(cells, "", "未核查")
		for range t.layers {
			cells = append(cells, "未核查", "")
		}
		return t.w.Write(append(cells, r.ReasonZH, ""))
	}
	outcome, _, _ := strings.Cut(outcomes[r.Check.Verdict.Outcome], " ")
	cells = append(cells, t.figure(0, r.Check.Site.AreaM2), outcome)
	by := map[string]openapi.CheckLayer{}
	for _, l := range r.Check.Layers {
		by[l.Layer] = l
	}
	reasons := []string{}
	for i, column := range t.layers {
		l, ok := by[column.Layer]
		if !ok || l.Status == openapi.CheckStatusNotChecked {
			cells = append(cells, "未核查", "")
			if l.Reason != nil {
				reasons = append(reasons, *l.Reason)
			}
			continue
		}
		cells = append(cells, statusZH[l.Status], t.figure(i+1, l.OverlapM2))
	}
	return t.w.Write(append(cells, strings.Join(reasons, ""), r.Check.Id))
}

// figure prints an area and adds what is printed to its column's sum.
func (t *BatchCSV) figure(column int, m2 float64) string {
	text := strconv.FormatFloat(m2, 'f', 4, 64)
	if printed, ok := new(big.Rat).SetString(text); ok {
		t.sums[column].Add(t.sums[column], printed)
	}
	return text
}

// Total writes 合计 and ends the table.
func (t *BatchCSV) Total() error {
	cells := []string{"合计", fmt.Sprintf("%d 个地块", t.rows), t.sums[0].FloatString(4), ""}
	for i := range t.layers {
		cells = append(cells, "", t.sums[i+1].FloatString(4))
	}
	if err := t.w.Write(append(cells, "", "")); err != nil {
		return err
	}
	t.w.Flush()
	return t.w.Error()
}
