package delivery

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"hongxian/geodata"
	"hongxian/geodata/postgis"
	"hongxian/internal/report/spreadsheet"
)

// What a dBASE table holds.
const (
	longestName = 10  // bytes of a field's name
	longestText = 254 // bytes of a value
)

// dbaseNames names the fields so that a dBASE table holds them: those that fit keep
// their name; of the others the beginning is kept, by whole characters, with a
// number where it would stand twice.
func dbaseNames(fields []postgis.DeliveredField) ([]column, error) {
	taken := map[string]bool{}
	for _, f := range fields {
		if f.Longest > longestText {
			return nil, &geodata.Error{Kind: geodata.Refused, Code: "shapefile-text-too-long",
				ZH: fmt.Sprintf("字段“%s”有 %d 字节的文字，Shapefile 最多 %d 字节；请导出为 gpkg 或 gdb。", f.Name, f.Longest, longestText),
				EN: fmt.Sprintf("The field %q has a text of %d bytes; a Shapefile holds %d. Export gpkg or gdb.", f.Name, f.Longest, longestText)}
		}
		if len(f.Name) <= longestName {
			taken[strings.ToUpper(f.Name)] = true
		}
	}
	columns := make([]column, len(fields))
	for i, f := range fields {
		columns[i] = column{name: f.Name, attribute: f.Name, text: f.Large}
		for n := 1; len(columns[i].name) > longestName || n > 1 && taken[strings.ToUpper(columns[i].name)]; n++ {
			columns[i].name = shortened(f.Name, n)
		}
		taken[strings.ToUpper(columns[i].name)] = true
	}
	return columns, nil
}

// shortened is the beginning of a name and, from the second on, a number.
func shortened(name string, n int) string {
	suffix := ""
	if n > 1 {
		suffix = strconv.Itoa(n)
	}
	room := longestName - len(suffix)
	cut := name[:min(room, len(name))]
	for !utf8.ValidString(cut) {
		cut = cut[:len(cut)-1]
	}
	return cut + suffix
}

// fieldList says, as CSV, which field holds which attribute, where a name was
// shortened; nil where none was.
func fieldList(columns []column) []byte {
	rows := [][]string{{"Shapefile 字段 field", "原字段名 attribute"}}
	for _, c := range columns {
		if c.name != c.attribute {
			rows = append(rows, []string{spreadsheet.Text(c.name), spreadsheet.Text(c.attribute)})
		}
	}
	if len(rows) == 1 {
		return nil
	}
	var b bytes.Buffer
	b.WriteString("\ufeff")
	w := csv.NewWriter(&b)
	w.UseCRLF = true
	_ = w.WriteAll(rows) // into memory
	return b.Bytes()
}
