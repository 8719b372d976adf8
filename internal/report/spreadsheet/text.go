// Package spreadsheet (电子表格) keeps texts that come from files and from people from being
// taken for formulas by a spreadsheet.
package spreadsheet

import (
	"strings"
	"unicode/utf8"
)

// leading are characters with which spreadsheets begin a formula, or step over to find
// one; the wide ones are taken for the narrow by those set to Chinese.
const leading = "=+-@\t\r\n＝＋－＠"

// Text is a text that no spreadsheet takes for a formula, also after it was saved as CSV.
func Text(s string) string {
	if first, _ := utf8.DecodeRuneInString(s); s != "" && strings.ContainsRune(leading, first) {
		return "'" + s
	}
	return s
}
