package report

import (
	"archive/zip"
	"bytes"
	"encoding/hex"
	"encoding/json"
	"io"
	"regexp"
	"unicode/utf16"

	"hongxian/geodata"
)

// idProperty names the property that carries a check's id in documents: in the
// subject of a PDF, and as a custom property of DOCX and XLSX.
const idProperty = "hongxian-check-id"

const (
	largestReport     = 256 << 20 // bytes of a file that is searched
	largestProperties = 1 << 20   // bytes of a document's custom properties
)

var (
	idAfterName  = regexp.MustCompile(idProperty + `[\s\S]{1,300}?\b([0-9a-f]{64})\b`)
	hexSubject   = regexp.MustCompile(`/Subject\s*<FEFF((?:[0-9A-Fa-f]{4})+)>`)
	wholeID      = regexp.MustCompile(`^[0-9a-f]{64}$`)
	zipBeginning = []byte("PK\x03\x04")
)

// FindCode finds the id of the check that a report file came from: PDF, DOCX,
// XLSX, or the JSON of the answer (of several parcels: the set's). The error is
// a NotFound *geodata.Error when the file carries none, for example because
// another program has written it anew; then the printed code is to be typed.
func FindCode(r io.Reader) (id string, err error) {
	data, err := io.ReadAll(io.LimitReader(r, largestReport+1))
	if err != nil {
		return "", &geodata.Error{Kind: geodata.Invalid, Code: "report-unreadable",
			ZH: "报告文件无法读取。", EN: "The report file cannot be read.", Err: err}
	}
	if len(data) > largestReport {
		return "", &geodata.Error{Kind: geodata.TooLarge, Code: "report-too-large",
			ZH: "报告文件超过 256 MiB。", EN: "The report file is larger than 256 MiB."}
	}
	if bytes.HasPrefix(data, zipBeginning) {
		data = customProperties(data)
	} else if id := idOfAnswer(data); id != "" {
		return id, nil
	}
	if m := hexSubject.FindSubmatch(data); m != nil {
		data = utf16Text(m[1])
	}
	if m := idAfterName.FindSubmatch(data); m != nil {
		return string(m[1]), nil
	}
	return "", &geodata.Error{Kind: geodata.NotFound, Code: "report-without-code",
		ZH: "文件中没有核查标识，可能被其他程序另存过。请改用报告上印的查验码。",
		EN: "The file carries no check id; another program may have saved it anew. Use the code printed on the report."}
}

// idOfAnswer reads the id of a JSON answer, empty when it is none.
func idOfAnswer(data []byte) string {
	var answer struct {
		ID string `json:"id"`
	}
	if json.Unmarshal(data, &answer) != nil || !wholeID.MatchString(answer.ID) {
		return ""
	}
	return answer.ID
}

// customProperties reads docProps/custom.xml of an Office document.
func customProperties(data []byte) []byte {
	archive, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil
	}
	f, err := archive.Open("docProps/custom.xml")
	if err != nil {
		return nil
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, largestProperties))
	if err != nil {
		return nil
	}
	return text
}

// utf16Text decodes the hexadecimal text string of a PDF.
func utf16Text(digits []byte) []byte {
	raw, err := hex.DecodeString(string(digits))
	if err != nil {
		return nil
	}
	units := make([]uint16, len(raw)/2)
	for i := range units {
		units[i] = uint16(raw[2*i])<<8 | uint16(raw[2*i+1])
	}
	return []byte(string(utf16.Decode(units)))
}
