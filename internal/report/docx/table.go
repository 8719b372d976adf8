package docx

import (
	"fmt"
	"strings"
)

// Align is where a column's text stands.
type Align string

// The alignments.
const (
	Left   Align = "left"
	Middle Align = "center"
	Figure Align = "right" // figures
)

// Column is a column of a table.
type Column struct {
	Title string
	Width float64 // millimetres
	Align Align   // Left when empty
}

// Table is a table with borders. Its header row repeats on every page and no row
// is split between two.
type Table struct {
	Columns []Column
	Rows    [][]string // a row shorter than the columns is filled with blanks
	Totals  int        // how many of the last rows are totals: printed bold
	// Plain leaves the header row out; the first column then looks like one.
	Plain bool
}

const twipsPerMM = 1440 / 25.4

// Table appends a table.
func (d *Document) Table(t Table) {
	var b strings.Builder
	total := 0.0
	for _, c := range t.Columns {
		total += c.Width
	}
	fmt.Fprintf(&b, `<w:tbl><w:tblPr><w:tblStyle w:val="Grid"/><w:tblW w:w="%d" w:type="dxa"/><w:jc w:val="center"/>`+
		`<w:tblLayout w:type="fixed"/></w:tblPr><w:tblGrid>`, twips(total))
	for _, c := range t.Columns {
		fmt.Fprintf(&b, `<w:gridCol w:w="%d"/>`, twips(c.Width))
	}
	b.WriteString("</w:tblGrid>")
	if !t.Plain {
		b.WriteString(`<w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>`)
		for _, c := range t.Columns {
			b.WriteString(cell(c, c.Title, Middle, true))
		}
		b.WriteString("</w:tr>")
	}
	for i, row := range t.Rows {
		b.WriteString(`<w:tr><w:trPr><w:cantSplit/></w:trPr>`)
		for j, c := range t.Columns {
			text := ""
			if j < len(row) {
				text = row[j]
			}
			b.WriteString(cell(c, text, c.Align, t.Plain && j == 0 || i >= len(t.Rows)-t.Totals))
		}
		b.WriteString("</w:tr>")
	}
	b.WriteString("</w:tbl>")
	// Word joins tables that follow each other without a paragraph between them.
	b.WriteString(`<w:p><w:pPr><w:pStyle w:val="Gap"/></w:pPr></w:p>`)
	d.body.WriteString(b.String())
}

func twips(mm float64) int { return int(mm*twipsPerMM + 0.5) }

func cell(c Column, text string, align Align, strong bool) string {
	if align == "" {
		align = Left
	}
	style, shade := "TableText", ""
	if strong {
		style, shade = "TableHead", `<w:shd w:val="clear" w:color="auto" w:fill="EDF1F5"/>`
	}
	return fmt.Sprintf(`<w:tc><w:tcPr><w:tcW w:w="%d" w:type="dxa"/>%s<w:vAlign w:val="center"/></w:tcPr>`+
		`<w:p><w:pPr><w:pStyle w:val="%s"/><w:jc w:val="%s"/></w:pPr>%s</w:p></w:tc>`, twips(c.Width), shade, style, align, run(text))
}
