package geofile

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/simplifiedchinese"
)

// dbfSample is how much of a .dbf is looked at to tell its encoding.
const dbfSample = 8 << 20

// dbfText is the character data of a table's head: its language byte and the
// text fields of its first records, each cut at its field's width.
type dbfText struct {
	language byte
	fields   [][]byte
}

var errDBF = errors.New("not a dBASE table")

// readDBF reads the text fields of a table's first records.
func readDBF(r io.Reader) (dbfText, error) {
	head := make([]byte, 32)
	if _, err := io.ReadFull(r, head); err != nil {
		return dbfText{}, errDBF
	}
	t := dbfText{language: head[29]}
	headerSize, recordSize := int(binary.LittleEndian.Uint16(head[8:])), int(binary.LittleEndian.Uint16(head[10:]))
	if headerSize < 33 || recordSize < 2 {
		return t, errDBF
	}
	header := make([]byte, headerSize-32)
	if _, err := io.ReadFull(r, header); err != nil {
		return t, errDBF
	}
	type column struct{ from, to int }
	var columns []column
	from := 1
	for ; len(header) >= 32 && header[0] != 0x0D; header = header[32:] {
		width := int(header[16])
		if header[11] == 'C' && from+width <= recordSize {
			columns = append(columns, column{from, from + width})
		}
		name, _, _ := bytes.Cut(header[:11], []byte{0})
		t.fields = append(t.fields, bytes.Clone(name))
		from += width
	}
	record := make([]byte, recordSize)
	for read := 0; read < dbfSample; read += recordSize {
		if _, err := io.ReadFull(r, record); err != nil {
			break
		}
		for _, c := range columns {
			if text := bytes.TrimRight(record[c.from:c.to], " \x00"); !ascii(text) {
				t.fields = append(t.fields, bytes.Clone(text))
			}
		}
	}
	return t, nil
}

func ascii(b []byte) bool {
	for _, c := range b {
		if c >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// plain: nothing in the sample tells one encoding from another.
func (t dbfText) plain() bool {
	for _, f := range t.fields {
		if !ascii(f) {
			return false
		}
	}
	return true
}

// isUTF8 allows a character cut off by the field's width.
func (t dbfText) isUTF8() bool {
	for _, f := range t.fields {
		for len(f) > 0 {
			if !utf8.FullRune(f) {
				break
			}
			r, n := utf8.DecodeRune(f)
			if r == utf8.RuneError && n == 1 {
				return false
			}
			f = f[n:]
		}
	}
	return true
}

// isGB18030 says whether every field decodes, a cut-off last character allowed.
func (t dbfText) isGB18030() bool {
	for _, f := range t.fields {
		decoded, err := simplifiedchinese.GB18030.NewDecoder().Bytes(f)
		if err != nil || bytes.ContainsRune(bytes.TrimSuffix(decoded, []byte("\uFFFD")), utf8.RuneError) {
			return false
		}
	}
	return true
}

// languages maps the language byte to code pages, where it is plain.
var languages = map[byte]string{
	0x4D: "CP936", 0x7A: "CP936", 0x4F: "CP950", 0x78: "CP950", 0x13: "CP932", 0x7B: "CP932", 0x4E: "CP949", 0x79: "CP949",
	0xC8: "CP1250", 0xC9: "CP1251", 0x03: "CP1252", 0x57: "CP1252", 0x58: "CP1252", 0x59: "CP1252",
}

// tableEncoding decides in which encoding a table's text is read, for GDAL, and
// what to note. The order is: what the .cpg says, unless the bytes contradict
// it; valid UTF-8; the language byte; GB18030.
func tableEncoding(t dbfText, cpg string) (string, *Finding) {
	stated := namedEncoding(cpg)
	switch {
	case t.plain():
		if stated == "" {
			return "UTF-8", nil
		}
		return stated, nil
	case t.isUTF8():
		if stated == "UTF-8" {
			return stated, nil
		}
		return "UTF-8", encodingFinding("UTF-8", cpg)
	case stated != "" && stated != "UTF-8":
		return stated, nil
	case stated == "" && languages[t.language] != "" && languages[t.language] != "CP1252":
		if languages[t.language] == "CP936" {
			return "GB18030", nil
		}
		return languages[t.language], nil
	case t.isGB18030():
		return "GB18030", encodingFinding("GB18030", cpg)
	}
	return "CP1252", encodingFinding("Windows-1252", cpg)
}

// namedEncoding is the iconv name for what a .cpg says, empty when it says
// nothing that can be understood.
func namedEncoding(cpg string) string {
	name := strings.ToLower(strings.TrimSpace(strings.TrimPrefix(cpg, "\ufeff")))
	name = strings.TrimSpace(strings.TrimPrefix(name, "ansi"))
	switch name {
	case "":
		return ""
	case "utf8", "utf-8", "65001":
		return "UTF-8"
	case "936", "cp936", "gbk", "gb2312", "gb18030", "chs":
		return "GB18030" // a superset of the others
	case "950", "cp950":
		return "CP950"
	case "1252", "cp1252":
		return "CP1252"
	}
	if strings.HasPrefix(name, "125") || strings.HasPrefix(name, "8859") {
		name = map[bool]string{true: "windows-" + name, false: "iso-" + name}[name[0] == '1']
	}
	if strings.HasPrefix(name, "iso-8859") && !strings.HasPrefix(name, "iso-8859-") {
		name = "iso-8859-" + strings.TrimPrefix(name, "iso-8859")
	}
	e, err := htmlindex.Get(name)
	if err != nil {
		return ""
	}
	canonical, err := htmlindex.Name(e)
	if err != nil {
		return ""
	}
	return strings.ToUpper(canonical)
}

func encodingFinding(encoding, cpg string) *Finding {
	f := &Finding{Kind: "encoding-guessed", ZH: "属性文字未注明编码，按 " + encoding + " 读取，请核对名称。",
		EN: "The attributes' encoding is not stated; read as " + encoding + ". Check the names."}
	if strings.TrimSpace(cpg) != "" {
		f.ZH = "属性文字与 .cpg 所注编码不符，按 " + encoding + " 读取，请核对名称。"
		f.EN = "The attributes' text does not fit the encoding that the .cpg states; read as " + encoding + ". Check the names."
	}
	return f
}
