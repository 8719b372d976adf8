package indicator

import (
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/text/width"

	"hongxian/geodata"
)

// headings are the names that the columns of a file of values go by.
var headings = map[string][]string{
	"key":    {"key", "no", "序号", "指标编号", "编号"},
	"year":   {"year", "年份", "年度"},
	"value":  {"value", "数值", "指标值", "年度值"},
	"text":   {"text", "文字", "表述", "说明"},
	"source": {"source", "来源", "数据来源", "来源文件"},
}

// mostRows bounds a file of values.
const mostRows = 10_000

// ReadRows reads the rows of a table of values, its column names first: key, year,
// value and source, and perhaps text (序号, 年份, 数值, 来源, 文字). A value that is no
// number is taken as words. Errors: Invalid with the record, TooLarge.
func ReadRows(rows [][]string) ([]Value, error) {
	if len(rows) > mostRows {
		return nil, &geodata.Error{Kind: geodata.TooLarge, Code: "indicator-table-too-long",
			ZH: fmt.Sprintf("表超过 %d 行，请拆分。", mostRows), EN: fmt.Sprintf("The table has more than %d rows; split it.", mostRows)}
	}
	if len(rows) == 0 {
		return nil, badColumns()
	}
	where := map[string]int{}
	for i, cell := range rows[0] {
		name := strings.ToLower(strings.TrimSpace(strings.TrimPrefix(cell, "\ufeff")))
		for column, names := range headings {
			for _, n := range names {
				if _, seen := where[column]; n == name && !seen {
					where[column] = i
				}
			}
		}
	}
	for _, needed := range []string{"key", "year", "value", "source"} {
		if _, ok := where[needed]; !ok {
			return nil, badColumns()
		}
	}
	var out []Value
	for i, row := range rows[1:] {
		cell := func(column string) string {
			if j, ok := where[column]; ok && j < len(row) {
				return strings.TrimSpace(row[j])
			}
			return ""
		}
		if strings.TrimSpace(strings.Join(row, "")) == "" {
			continue
		}
		v, err := valueFrom(cell)
		if err != nil {
			err.Record = i + 1
			return nil, err
		}
		out = append(out, v)
	}
	return out, nil
}

func valueFrom(cell func(string) string) (Value, *geodata.Error) {
	v := Value{Key: cell("key"), Text: cell("text"), Source: cell("source")}
	year, err := strconv.Atoi(width.Narrow.String(strings.TrimSuffix(cell("year"), "年")))
	if err != nil {
		return v, invalid("indicator-year", fmt.Sprintf("年份“%.20s”不是数字。", cell("year")), fmt.Sprintf("The year %.20q is no number.", cell("year")))
	}
	v.Year = year
	if text := cell("value"); text != "" {
		number, err := strconv.ParseFloat(strings.TrimSuffix(width.Narrow.String(text), "%"), 64)
		if err == nil {
			v.Value = &number
		} else if v.Text == "" {
			v.Text = text
		}
	}
	if err := v.validate(); err != nil {
		return v, geodata.AsError(err)
	}
	return v, nil
}

func badColumns() *geodata.Error {
	return invalid("indicator-columns", "表的首行应有列名：序号、年份、数值、来源，可加 文字。", "The first row names the columns: key, year, value, source, and perhaps text.")
}
