package spreadsheet_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"hongxian/internal/report/spreadsheet"
)

func TestTextIsNoFormula(t *testing.T) {
	for text, want := range map[string]string{
		"": "", "骡坪镇": "骡坪镇", "12.5": "12.5", " =1": " =1", "'=1": "'=1",
		"=cmd|' /C calc'!A0": "'=cmd|' /C calc'!A0", "+1": "'+1", "-1": "'-1", "@SUM(A1)": "'@SUM(A1)",
		"\t=1": "'\t=1", "\r=1": "'\r=1", "\n=1": "'\n=1", "＝1+1": "'＝1+1", "＠SUM": "'＠SUM", "\xff": "\xff",
	} {
		if got := spreadsheet.Text(text); got != want {
			t.Errorf("%q becomes %q, want %q", text, got, want)
		}
	}
}

func FuzzText(f *testing.F) {
	f.Add("=1")
	f.Add("＝1")
	f.Fuzz(func(t *testing.T, text string) {
		got := spreadsheet.Text(text)
		first, _ := utf8.DecodeRuneInString(got)
		if got != text && got != "'"+text || got != "" && strings.ContainsRune("=+-@＝＋－＠\t\r\n", first) || spreadsheet.Text(got) != got {
			t.Errorf("%q becomes %q", text, got)
		}
	})
}
