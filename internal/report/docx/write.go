package docx

import (
	"archive/zip"
	"fmt"
	"io"
	"strings"
	"time"
)

// epoch is the time of every zip entry: the first that zip can express.
var epoch = time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)

const (
	declaration = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n"
	wordML      = `xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"`
	office      = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
	// namespaces are those of the document's body.
	namespaces = wordML + ` xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"` +
		` xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"` +
		` xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"` +
		` xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture"`
	// section is A4 with the margins of GB/T 9704.
	section = `<w:sectPr><w:headerReference w:type="default" r:id="rIdHeader"/><w:footerReference w:type="default" r:id="rIdFooter"/>` +
		`<w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="2098" w:right="1474" w:bottom="1985" w:left="1588" w:header="1134" w:footer="1134" w:gutter="0"/></w:sectPr>`
)

// TextWidth is the width between the margins, in millimetres.
const TextWidth = 156

// Write writes the document as a .docx file.
func (d *Document) Write(w io.Writer) error {
	z := zip.NewWriter(w)
	for _, p := range d.parts() {
		f, err := z.CreateHeader(&zip.FileHeader{Name: p.name, Method: zip.Deflate, Modified: epoch})
		if err == nil {
			_, err = f.Write(p.content)
		}
		if err != nil {
			return fmt.Errorf("write %s: %w", p.name, err)
		}
	}
	return z.Close()
}

type part struct {
	name    string
	content []byte
}

func (d *Document) parts() []part {
	text := func(name, content string) part { return part{name, []byte(declaration + content)} }
	parts := []part{
		text("[Content_Types].xml", contentTypes),
		text("_rels/.rels", packageRelations),
		text("docProps/core.xml", d.core()),
		text("docProps/custom.xml", d.custom()),
		text("word/document.xml", `<w:document `+namespaces+`><w:body>`+d.body.String()+section+`</w:body></w:document>`),
		text("word/styles.xml", styles),
		text("word/settings.xml", settings),
		text("word/header1.xml", `<w:hdr `+wordML+`><w:p><w:pPr><w:pStyle w:val="Header"/></w:pPr>`+run(d.settings.Header)+`</w:p></w:hdr>`),
		text("word/footer1.xml", d.footer()),
		text("word/_rels/document.xml.rels", d.relations()),
	}
	for i, p := range d.pictures {
		parts = append(parts, part{fmt.Sprintf("word/media/picture%d.png", i+1), p})
	}
	return parts
}

// footer carries the page number: 第 x 页 共 y 页.
func (d *Document) footer() string {
	field := func(name string) string {
		return `<w:fldSimple w:instr=" ` + name + ` "><w:r><w:t>1</w:t></w:r></w:fldSimple>`
	}
	before := "第 "
	if d.settings.Footer != "" {
		before = d.settings.Footer + "    第 "
	}
	return `<w:ftr ` + wordML + `><w:p><w:pPr><w:pStyle w:val="Footer"/></w:pPr>` + run(before) + field("PAGE") +
		run(" 页 共 ") + field("NUMPAGES") + run(" 页") + `</w:p></w:ftr>`
}

func (d *Document) core() string {
	at := d.settings.Created.UTC().Format("2006-01-02T15:04:05Z")
	return `<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"` +
		` xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">` +
		`<dc:title>` + escape(d.settings.Title) + `</dc:title><dc:creator>` + escape(d.settings.Author) + `</dc:creator>` +
		`<dcterms:created xsi:type="dcterms:W3CDTF">` + at + `</dcterms:created>` +
		`<dcterms:modified xsi:type="dcterms:W3CDTF">` + at + `</dcterms:modified></cp:coreProperties>`
}

func (d *Document) custom() string {
	var b strings.Builder
	b.WriteString(`<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"` +
		` xmlns:vt="http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes">`)
	for i, p := range d.settings.Properties {
		fmt.Fprintf(&b, `<property fmtid="{D5CDD505-2E9C-101B-9397-08002B2CF9AE}" pid="%d" name="%s"><vt:lpwstr>%s</vt:lpwstr></property>`,
			i+2, escape(p.Name), escape(p.Value)) // numbers below 2 are reserved
	}
	return b.String() + `</Properties>`
}

func (d *Document) relations() string {
	var b strings.Builder
	b.WriteString(`<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">`)
	relation := func(id, kind, target string) {
		fmt.Fprintf(&b, `<Relationship Id="%s" Type="%s%s" Target="%s"/>`, id, office, kind, target)
	}
	relation("rIdStyles", "styles", "styles.xml")
	relation("rIdSettings", "settings", "settings.xml")
	relation("rIdHeader", "header", "header1.xml")
	relation("rIdFooter", "footer", "footer1.xml")
	for i := range d.pictures {
		relation(fmt.Sprintf("rIdPicture%d", i+1), "image", fmt.Sprintf("media/picture%d.png", i+1))
	}
	return b.String() + `</Relationships>`
}
