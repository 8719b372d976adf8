package report

import (
	"archive/zip"
	"bytes"
	"strings"
	"testing"

	"hongxian/geodata"
)

// office is a DOCX or XLSX as far as its custom properties go.
func office(t testing.TB, properties string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	w, err := z.Create("docProps/custom.xml")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write([]byte(properties)); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

const customXML = `<?xml version="1.0"?><Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/custom-properties">` +
	`<property name="hongxian-check-id" fmtid="{D5CDD505-2E9C-101B-9397-08002B2CF9AE}" pid="2"><vt:lpwstr>ID</vt:lpwstr></property></Properties>`

func TestFindCode(t *testing.T) {
	id := strings.Repeat("ab", 32)
	found := func(what string, data []byte) {
		t.Helper()
		if got, err := FindCode(bytes.NewReader(data)); err != nil || got != id {
			t.Errorf("%s: %q, %v", what, got, err)
		}
	}
	missing := func(what string, data []byte) {
		t.Helper()
		if got, err := FindCode(bytes.NewReader(data)); !geodata.IsKind(err, geodata.NotFound) {
			t.Errorf("%s: %q, %v", what, got, err)
		}
	}
	found("PDF", toPDF(t, document(t, fullSample())))
	found("JSON", encode(t, sample()))
	other := sample()
	other.ID = strings.Repeat("cd", 32)
	set, err := CheckSetJSON(id, [][]byte{encode(t, other)}, encode(t, other))
	if err != nil {
		t.Fatal(err)
	}
	found("JSON of several parcels", set)
	found("Office", office(t, strings.ReplaceAll(customXML, "ID<", id+"<")))
	found("plain text", []byte("hongxian-check-id="+id+"\n"))
	missing("nothing", nil)
	missing("Office of others", office(t, `<Properties/>`))
	missing("a cut archive", office(t, customXML)[:40])
	missing("another hash", []byte("%PDF-1.7 /Subject (sha256 "+id+")"))
	missing("a cut id", []byte("hongxian-check-id="+id[1:]))
	missing("a longer hash", []byte("hongxian-check-id="+id+"ab"))
}

func FuzzFindCode(f *testing.F) {
	f.Add([]byte("%PDF-1.7\n/Subject <FEFF0068006F>\n"))
	f.Add([]byte(`{"id":"` + strings.Repeat("0", 64) + `"}`))
	f.Add(office(f, customXML))
	f.Fuzz(func(t *testing.T, data []byte) {
		id, err := FindCode(bytes.NewReader(data))
		if err == nil && !wholeID.MatchString(id) {
			t.Errorf("found %q", id)
		}
	})
}
