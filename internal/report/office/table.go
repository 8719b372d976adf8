package office

import "hongxian/internal/report/docx"

// column is a column of a table, in both kinds of document.
type column struct {
	title string
	kind  kind
	width float64 // millimetres in the Word document
}

// row is a line of a table.
type row struct {
	cells []cell
	total bool
	// skip are columns of a total row that are no sum of the cells above.
	skip map[int]bool
}

// table is a table of a check, in both kinds of document.
type table struct {
	columns []column
	rows    []row
	notes   []string
}

func (t *table) add(cells ...cell) { t.rows = append(t.rows, row{cells: cells}) }

// adjusted says whether a cell's last digit was.
func (t *table) adjusted() bool {
	for _, r := range t.rows {
		for _, c := range r.cells {
			if c.adjusted {
				return true
			}
		}
	}
	return false
}

const adjustedNote = "带 * 的数值末位经平差调整，使各项之和等于合计。"

// word is the table for a Word document.
func (t *table) word() docx.Table {
	var out docx.Table
	for _, c := range t.columns {
		align := docx.Left
		if c.kind != words {
			align = docx.Figure
		}
		out.Columns = append(out.Columns, docx.Column{Title: c.title, Width: c.width, Align: align})
	}
	for _, r := range t.rows {
		var texts []string
		for _, c := range r.cells {
			texts = append(texts, c.marked())
		}
		out.Rows = append(out.Rows, texts)
		if r.total {
			out.Totals++
		}
	}
	return out
}
