package docx

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"strings"
	"time"
	"unicode"
)

// Settings are what a document says of itself.
type Settings struct {
	Title      string
	Author     string
	Created    time.Time
	Header     string     // printed at the top of every page; empty for none
	Footer     string     // printed before the page number; empty for none
	Properties []Property // custom properties, in order
}

// Property is a custom property that programs can read back.
type Property struct{ Name, Value string }

// Document is a document being written, from the top down.
type Document struct {
	settings Settings
	body     bytes.Buffer
	pictures [][]byte
}

// New begins a document.
func New(s Settings) *Document { return &Document{settings: s} }

// Style names a paragraph's look.
type Style string

// The styles of styles.xml.
const (
	Title    Style = "Title"     // 黑体 二号, centred
	Heading  Style = "Heading1"  // 黑体 四号, in the navigation pane
	Appendix Style = "Appendix"  // Heading on a new page
	Sub      Style = "Heading2"  // 黑体 小四
	Body     Style = "BodyText"  // 仿宋 小四, first line indented
	Plain    Style = "Normal"    // 仿宋 小四
	Centred  Style = "Centred"   // 仿宋 小四, centred
	Right    Style = "RightLine" // 仿宋 小四, to the right
	Note     Style = "Note"      // 仿宋 小五
	Warning  Style = "Warning"   // 黑体 小四, centred, red
)

// Text appends a paragraph; a newline in it breaks the line.
func (d *Document) Text(style Style, text string) {
	fmt.Fprintf(&d.body, `<w:p><w:pPr><w:pStyle w:val="%s"/></w:pPr>`, style)
	d.body.WriteString(run(text))
	d.body.WriteString("</w:p>")
}

// Space appends an empty line.
func (d *Document) Space() { d.Text(Plain, "") }

// run is a text as runs. The hint makes Word draw “ ” … ° with the Chinese font
// where a text is Chinese.
func run(text string) string {
	if text == "" {
		return ""
	}
	var b strings.Builder
	for i, line := range strings.Split(text, "\n") {
		b.WriteString("<w:r>")
		if strings.IndexFunc(line, func(r rune) bool { return r > unicode.MaxASCII }) >= 0 {
			b.WriteString(`<w:rPr><w:rFonts w:hint="eastAsia"/></w:rPr>`)
		}
		if i > 0 {
			b.WriteString("<w:br/>")
		}
		b.WriteString(`<w:t xml:space="preserve">` + escape(line) + "</w:t></w:r>")
	}
	return b.String()
}

// escape makes a text fit for XML. Control characters, which XML 1.0 forbids, and
// those that turn the direction of writing become U+FFFD: names come from foreign
// files.
func escape(s string) string {
	clean := strings.Map(func(r rune) rune {
		switch {
		case r == '\t':
			return ' '
		case unicode.IsControl(r), unicode.Is(unicode.Bidi_Control, r), r == '\uFFFE', r == '\uFFFF':
			return '\uFFFD'
		}
		return r
	}, s)
	var b bytes.Buffer
	_ = xml.EscapeText(&b, []byte(clean)) // a bytes.Buffer does not fail
	return b.String()
}
