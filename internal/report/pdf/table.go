package pdf

// Column (列) is a column of a table.
type Column struct {
	Title  string
	Weight float64 // its share of the width
	Align  Align   // of the cells; titles are centred
}

// Row (行) is a row of a table. A row with fewer cells than columns lets its last
// cell span the rest.
type Row struct {
	Cells  []string
	Span   int  // columns that the first cell takes; 0 stands for one
	Strong bool // shaded: a sum
}

// Table (表格) is a table over the width of the text. Its head is repeated on
// every page. A table whose columns have no titles has no head.
type Table struct {
	Columns []Column
	Rows    []Row
	Size    float64 // of the text, points
}

const (
	cellPad     = 3    // points around a cell's text
	cellLeading = 1.32 // line height in cells, em
	cellRule    = 0.4  // thickness of borders
)

var shade = Colour{238, 238, 238}

// Table draws a table. Rows that do not fit go on to the next page; a row that
// fits on no page is split between lines.
func (d *Document) Table(t Table) {
	widths := t.widths(d.TextWidth())
	head, headed := Row{Strong: true}, false
	aligns := make([]Align, len(t.Columns))
	centred := make([]Align, len(t.Columns))
	for i, c := range t.Columns {
		head.Cells = append(head.Cells, c.Title)
		headed = headed || c.Title != ""
		aligns[i], centred[i] = c.Align, Middle
	}
	heading := d.cells(head, widths, centred, t.Size)
	startPage := func() {
		if headed {
			d.band(heading, 0, heading.lines)
		}
	}
	if headed {
		d.Need(heading.height(heading.lines) + 2*t.Size*cellLeading + 2*cellPad)
	}
	startPage()
	for _, r := range t.Rows {
		b := d.cells(r, widths, aligns, t.Size)
		d.row(b, startPage)
	}
	d.Space(2 * MM)
}

// row draws a row, on as many pages as it takes.
func (d *Document) row(b *band, startPage func()) {
	whole := d.bottom() - top
	for from := 0; from < b.lines; {
		n := b.lines - from
		if b.height(n) > d.Left() {
			fits := b.fits(d.Left())
			if fits < 1 || b.height(b.lines) < whole*0.6 && from == 0 {
				d.NewPage()
				startPage()
				fits = b.fits(d.Left())
			}
			n = max(1, min(n, fits))
		}
		d.band(b, from, n)
		if from += n; from < b.lines {
			d.NewPage()
			startPage()
		}
	}
}

// band is a row whose text is broken into lines.
type band struct {
	texts  [][]string // lines of each cell
	widths []float64
	aligns []Align
	lines  int // of the longest cell
	size   float64
	strong bool
}

func (b *band) height(lines int) float64 {
	return float64(lines)*b.size*cellLeading + 2*cellPad
}

// fits is how many lines go into a height.
func (b *band) fits(height float64) int {
	return int((height - 2*cellPad) / (b.size * cellLeading))
}

// widths shares the text's width among the columns.
func (t Table) widths(whole float64) []float64 {
	var sum float64
	for _, c := range t.Columns {
		sum += c.Weight
	}
	out := make([]float64, len(t.Columns))
	for i, c := range t.Columns {
		out[i] = c.Weight / sum * whole
	}
	return out
}

// cells breaks a row's texts into lines.
func (d *Document) cells(r Row, widths []float64, aligns []Align, size float64) *band {
	b := &band{size: size, strong: r.Strong, lines: 1}
	column := 0
	for i, text := range r.Cells {
		end := column + 1
		if i == 0 {
			end = max(end, r.Span)
		}
		if i == len(r.Cells)-1 {
			end = len(widths)
		}
		var w float64
		for _, part := range widths[column:end] {
			w += part
		}
		lines := d.wrap(text, w-2*cellPad, size)
		b.texts, b.widths, b.aligns = append(b.texts, lines), append(b.widths, w), append(b.aligns, aligns[column])
		b.lines = max(b.lines, len(lines))
		column = end
	}
	return b
}

// band draws n lines of a row, from a line on, with borders.
func (d *Document) band(b *band, from, n int) {
	height := b.height(n)
	x := left
	for i, lines := range b.texts {
		if b.strong {
			d.gp.SetFillColor(shade[0], shade[1], shade[2])
			d.gp.RectFromUpperLeftWithStyle(x, d.y, b.widths[i], height, "F")
		}
		d.gp.SetLineWidth(cellRule)
		d.gp.SetStrokeColor(Grey[0], Grey[1], Grey[2])
		d.gp.RectFromUpperLeftWithStyle(x, d.y, b.widths[i], height, "D")
		y := d.y + cellPad
		if from == 0 && n == b.lines { // a short cell stands in the middle of its row
			y += float64(b.lines-len(lines)) * b.size * cellLeading / 2
		}
		for _, line := range lines[min(from, len(lines)):min(from+n, len(lines))] {
			s := Style{Size: b.size, Align: b.aligns[i]}
			d.draw(line, d.place(line, x+cellPad, b.widths[i]-2*cellPad, s), y+b.size*(cellLeading-1)/2+b.size*baseline, s)
			y += b.size * cellLeading
		}
		x += b.widths[i]
	}
	d.advance(height)
}
