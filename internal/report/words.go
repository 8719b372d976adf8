package report

import (
	"fmt"
	"math/big"
	"strconv"
	"strings"

	"hongxian/internal/openapi"
	"hongxian/internal/report/pdf"
)

// row is a row of a printed table; names come from foreign files.
func row(cells ...string) pdf.Row {
	for i, c := range cells {
		lines := strings.Split(c, "\n")
		for j, l := range lines {
			lines[j] = printable(l)
		}
		cells[i] = strings.Join(lines, "\n")
	}
	return pdf.Row{Cells: cells}
}

// sumRow is a row that adds up; its label takes some columns.
func sumRow(label string, span int, cells ...string) pdf.Row {
	r := row(append([]string{label}, cells...)...)
	r.Strong, r.Span = true, span
	return r
}

func pair(name, value string) pdf.Row { return row(name, value) }

// blank leaves room to write by hand where nothing is given.
func blank(s string) string {
	if s == "" {
		return "＿＿＿＿＿＿"
	}
	return printable(s)
}

// outcomeWord is an outcome in Chinese.
func outcomeWord(o openapi.CheckOutcome) string {
	word, _, _ := strings.Cut(outcomes[o], " ")
	return word
}

// unitsText is an area in the three units planners use.
func unitsText(m2 float64) string {
	u := units(m2)
	return fmt.Sprintf("%s 平方米（%s 公顷，%s 亩）", u[0], u[1], u[2])
}

// number prints a length with decimals, rounded half-up on its decimal.
func number(v *float64, decimals int) string {
	if v == nil {
		return dash
	}
	r, ok := new(big.Rat).SetString(strconv.FormatFloat(*v, 'f', -1, 64))
	if !ok {
		return dash
	}
	return r.FloatString(decimals)
}

// position prints longitude and latitude; 8 decimals are a millimetre.
func position(p openapi.Position) string {
	if len(p) != 2 {
		return dash
	}
	return strconv.FormatFloat(p[0], 'f', 8, 64) + "，" + strconv.FormatFloat(p[1], 'f', 8, 64)
}

// chineseNumber writes 1 to 99 as headings are numbered: 十二.
func chineseNumber(n int) string {
	digits := []rune("〇一二三四五六七八九")
	switch {
	case n < 10:
		return string(digits[n])
	case n < 20:
		return strings.TrimSuffix("十"+string(digits[n%10]), "〇")
	default:
		return strings.TrimSuffix(string(digits[n/10%10])+"十"+string(digits[n%10]), "〇")
	}
}
