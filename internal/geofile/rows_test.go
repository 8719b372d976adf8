package geofile

import (
	"bytes"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"

	"hongxian/geodata"
)

func TestReadRows(t *testing.T) {
	want := [][]string{{"序号", "数值"}, {"11", "67.6"}}
	book := excelize.NewFile()
	for i, row := range want {
		for j, cell := range row {
			name, _ := excelize.CoordinatesToCellName(j+1, i+1)
			if err := book.SetCellValue("Sheet1", name, cell); err != nil {
				t.Fatal(err)
			}
		}
	}
	var xlsx bytes.Buffer
	if err := book.Write(&xlsx); err != nil {
		t.Fatal(err)
	}
	legacy, err := simplifiedchinese.GB18030.NewEncoder().String("序号;数值\r\n11;67.6\r\n")
	if err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string]string{"utf8.csv": "\ufeff序号,数值\n11,67.6\n", "gb18030.csv": legacy, "book.xlsx": xlsx.String()} {
		path := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		if rows, err := ReadRows(t.Context(), path); err != nil || !reflect.DeepEqual(rows, want) {
			t.Errorf("%s: %q, %v", name, rows, err)
		}
	}
	if _, err := ReadRows(t.Context(), filepath.Join(t.TempDir(), "missing")); !geodata.IsKind(err, geodata.Invalid) {
		t.Errorf("a missing file: %v", err)
	}
	if _, err := rowsOf(t.Context(), []byte(strings.Repeat("1\n", mostRows+1))); !geodata.IsKind(err, geodata.TooLarge) {
		t.Errorf("too many rows: %v", err)
	}
	if _, err := rowsOf(t.Context(), xlsx.Bytes()[:xlsx.Len()/2]); !geodata.IsKind(err, geodata.Invalid) {
		t.Errorf("half a workbook: %v", err)
	}
}

func FuzzReadRows(f *testing.F) {
	f.Add([]byte("序号,年份,数值\n11,2021,67.6\n"))
	f.Add([]byte("a;b\n\"x\ny\";1\n"))
	f.Add([]byte("PK\x03\x04 not a workbook"))
	f.Fuzz(func(t *testing.T, data []byte) {
		rows, err := rowsOf(t.Context(), data)
		if err != nil && !geodata.IsKind(err, geodata.Invalid) && !geodata.IsKind(err, geodata.TooLarge) {
			t.Fatalf("not an error for users: %v", err)
		}
		if len(rows) > mostRows {
			t.Fatalf("%d rows", len(rows))
		}
	})
}
