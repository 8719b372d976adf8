package office

import (
	"fmt"
	"math"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"

	"hongxian/internal/report/spreadsheet"
)

// workbook is a workbook being written.
type workbook struct {
	file   *excelize.File
	styles map[look]int
	mark   string // 示意 mark; empty where it is not due
	head   string // what every sheet says of the check
	paper  int    // of the sheets begun from now on: a4 or a3
	err    error  // the first failure
}

// Paper sizes, as ECMA-376 numbers them.
const (
	a3 = 8 // for sheets that A4 would make unreadable
	a4 = 9
)

// look is how a cell looks.
type look struct {
	kind                  kind
	adjusted, bold, plain bool
	title, warning        bool
	centred               bool
	format                string // number format; empty: the kind's
}

func newWorkbook(head string, schematic bool, created time.Time) *workbook {
	b := &workbook{file: excelize.NewFile(), styles: map[look]int{}, head: head, paper: a4}
	if schematic {
		b.mark = schematicLine
	}
	at := created.UTC().Format("2006-01-02T15:04:05Z")
	b.keep(b.file.SetDocProps(&excelize.DocProperties{Title: title, Creator: "hongxian", Created: at, Modified: at}))
	return b
}

// property sets a custom property that programs can read back.
func (b *workbook) property(name, value string) {
	b.keep(b.file.SetCustomProps(excelize.CustomProperty{Name: name, Value: value}))
}

func (b *workbook) keep(err error) {
	if b.err == nil {
		b.err = err
	}
}

// formats are the number formats of the kinds.
var formats = map[kind]string{squareMetres: "0.00", hectares: "0.0000", mu: "0.00", percents: "0.0000", metres: "0.000", degrees: "0.00000000",
	count: "0", parcels: `"涉及 "0`}

func (b *workbook) style(l look) int {
	if id, ok := b.styles[l]; ok {
		return id
	}
	s := excelize.Style{Font: &excelize.Font{Family: "宋体", Size: 10, Bold: l.bold},
		Alignment: &excelize.Alignment{Vertical: "center", WrapText: l.kind == words}}
	if !l.plain {
		for _, side := range []string{"left", "right", "top", "bottom"} {
			s.Border = append(s.Border, excelize.Border{Type: side, Color: "808080", Style: 1})
		}
	}
	if l.bold && !l.plain {
		s.Fill = excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"EDF1F5"}}
	}
	if l.centred {
		s.Alignment.Horizontal = "center"
	}
	if l.title {
		s.Font = &excelize.Font{Family: "黑体", Size: 14, Bold: true}
		s.Alignment = &excelize.Alignment{Horizontal: "center", Vertical: "center"}
	}
	if l.warning {
		s.Font.Color = "C00000"
	}
	format, ok := formats[l.kind]
	if l.format != "" {
		format, ok = l.format, true
	}
	if ok {
		if l.adjusted {
			format += `"*"`
		}
		s.CustomNumFmt = &format
	}
	id, err := b.file.NewStyle(&s)
	b.keep(err)
	b.styles[l] = id
	return id
}

// sheet is a sheet being written from the top down.
type sheet struct {
	book   *workbook
	name   string
	stream *excelize.StreamWriter
	row    int // last written
	widths []float64
	pages  int // wide, in print
}

// sheet begins a sheet with its title, what every sheet says, and its first
// table's header, which stays in view and repeats in print. widths are in
// characters.
func (b *workbook) sheet(name, heading string, titles []string, widths []float64) *sheet {
	s := b.begin(name, heading, widths, frozen{rows: 1})
	s.header(titles)
	return s
}

// frozen is what stays in view: so many rows below what every sheet says, and so
// many columns.
type frozen struct {
	rows, columns int
	pages         int // how many pages wide the sheet is printed; 0 stands for one
}

// begin begins a sheet with its title and what every sheet says.
func (b *workbook) begin(name, heading string, widths []float64, stays frozen) *sheet {
	s := &sheet{book: b, name: name, widths: widths, pages: max(1, stays.pages)}
	if index, _ := b.file.GetSheetIndex("Sheet1"); index >= 0 {
		b.keep(b.file.SetSheetName("Sheet1", name))
	} else {
		_, err := b.file.NewSheet(name)
		b.keep(err)
	}
	rows := 2 + stays.rows
	if b.mark != "" {
		rows++
	}
	s.print(rows, stays.columns) // before the stream begins: the file has it before the rows
	stream, err := b.file.NewStreamWriter(name)
	if err != nil {
		b.keep(err)
		return s
	}
	s.stream = stream
	for i, w := range widths {
		b.keep(stream.SetColWidth(i+1, i+1, w))
	}
	b.keep(stream.SetPanes(panes(rows, stays.columns)))
	s.banner(heading, look{title: true, plain: true})
	s.banner(b.head, look{plain: true})
	if b.mark != "" {
		s.banner(b.mark, look{plain: true, warning: true, bold: true})
	}
	return s
}

func panes(rows, columns int) *excelize.Panes {
	corner, _ := excelize.CoordinatesToCellName(columns+1, rows+1)
	p := &excelize.Panes{Freeze: true, XSplit: columns, YSplit: rows, TopLeftCell: corner, ActivePane: "bottomLeft"}
	if columns > 0 {
		p.ActivePane = "bottomRight"
	}
	return p
}

// banner is a line over the sheet's whole width.
func (s *sheet) banner(text string, l look) {
	total, across := 0.0, (len(s.widths)+max(1, s.pages)-1)/max(1, s.pages) // the first page's
	for _, w := range s.widths[:across] {
		total += w
	}
	size := 1.0
	if l.title {
		size = 1.5
	}
	s.write([]excelize.Cell{{StyleID: s.book.style(l), Value: spreadsheet.Text(text)}}, size*lineHeight*lines(text, total))
	if s.stream != nil && across > 1 {
		last, _ := excelize.CoordinatesToCellName(across, s.row)
		s.book.keep(s.stream.MergeCell(fmt.Sprintf("A%d", s.row), last))
	}
}

func (s *sheet) header(titles []string) {
	cells := make([]excelize.Cell, len(titles))
	for i, t := range titles {
		cells[i] = excelize.Cell{StyleID: s.book.style(look{bold: true, centred: true}), Value: spreadsheet.Text(t)}
	}
	s.write(cells, s.height(cells))
}

// lineHeight is the height of a line of 10-point text, in points.
const lineHeight = 15.0

// lines is how many lines a text takes in a column so many characters wide, a
// Chinese character being two.
func lines(text string, wide float64) float64 {
	n := 0.0
	for line := range strings.SplitSeq(text, "\n") {
		// Too high a row is better than a text cut off: all but ASCII counts as two.
		columns := 2*utf8.RuneCountInString(line) - ascii(line)
		n += max(1, math.Ceil(float64(columns)*1.05/max(wide-1, 1)))
	}
	return n
}

func ascii(s string) (n int) {
	for i := range len(s) {
		if s[i] < utf8.RuneSelf {
			n++
		}
	}
	return n
}

// height is the height of a row. Programs compute it themselves only for rows they
// made.
func (s *sheet) height(cells []excelize.Cell) float64 {
	most := 1.0
	for i, c := range cells {
		if text, ok := c.Value.(string); ok && i < len(s.widths) {
			most = max(most, lines(text, s.widths[i]))
		}
	}
	return most * lineHeight
}

// highest is the highest row a workbook may have, in points.
const highest = 409

func (s *sheet) write(cells []excelize.Cell, height float64) {
	s.row++
	if s.stream == nil {
		return
	}
	values := make([]any, len(cells))
	for i, c := range cells {
		values[i] = c
	}
	s.book.keep(s.stream.SetRow(fmt.Sprintf("A%d", s.row), values, excelize.RowOpts{Height: min(height, highest)}))
}

// line writes a row of figures and texts.
func (s *sheet) line(cells []cell, bold bool) {
	made := s.cells(cells, bold)
	s.write(made, s.height(made))
}

// cells is a row of a table as a workbook holds it.
func (s *sheet) cells(cells []cell, bold bool) []excelize.Cell {
	out := make([]excelize.Cell, len(cells))
	for i, c := range cells {
		out[i].StyleID = s.book.style(look{kind: c.kind, adjusted: c.adjusted, bold: bold, centred: c == none})
		if n, ok := c.number(); ok {
			out[i].Value = n
		} else {
			out[i].Value = spreadsheet.Text(c.text)
		}
	}
	return out
}

// print sets the sheet up for landscape paper, as wide as the paper, with the first
// rows and columns on every page.
func (s *sheet) print(repeated, columns int) {
	size, orientation, wide, high, fit := s.book.paper, "landscape", s.pages, 0, true
	f := s.book.file
	s.book.keep(f.SetPageLayout(s.name, &excelize.PageLayoutOptions{Size: &size, Orientation: &orientation, FitToWidth: &wide, FitToHeight: &high}))
	s.book.keep(f.SetSheetProps(s.name, &excelize.SheetPropsOptions{FitToPage: &fit}))
	head := ""
	if s.book.mark != "" {
		head = "&C" + schematicMark
	}
	s.book.keep(f.SetHeaderFooter(s.name, &excelize.HeaderFooterOptions{OddHeader: head, OddFooter: "&C第 &P 页 共 &N 页"}))
	titles := fmt.Sprintf("'%s'!$1:$%d", s.name, repeated)
	if columns > 0 {
		last, _ := excelize.ColumnNumberToName(columns)
		titles = fmt.Sprintf("'%s'!$A:$%s,%s", s.name, last, titles)
	}
	s.book.keep(f.SetDefinedName(&excelize.DefinedName{Name: "_xlnm.Print_Titles", Scope: s.name, RefersTo: titles}))
}

func (s *sheet) close() {
	if s.stream != nil {
		s.book.keep(s.stream.Flush())
	}
}
