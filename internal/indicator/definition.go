package indicator

import (
	"encoding/csv"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"hongxian/geodata"
)

// Direction (方向) is what a change of an indicator must not be.
type Direction string

// The directions.
const (
	NotLower  Direction = "not_lower"  // 不降低: lower is worse
	NotHigher Direction = "not_higher" // 不升高: higher is worse
	InWords   Direction = "words"      // 文字表述: the document words it; nothing is compared
)

// Definition (指标) is one indicator of a county's list.
type Definition struct {
	Key                    string // stable: 11
	Number                 int    // in the list
	Domain                 string // 领域
	Task                   string // 任务
	Name                   string
	Unit                   string
	Direction              Direction
	Standard               string // 指标值 the document asks for, as it words it
	Kind                   string // 约束性 or 参考性; empty where it does not concern the county
	Value2021              string // 现状值, as the document words it
	Target2024, Target2027 string
	Lead                   string // 责任单位
	Applies                bool   // false: the document says that it does not concern the county
}

// columns are those of a list, in order.
var columns = []string{"no", "domain", "task", "name", "unit", "standard", "kind", "value_2021", "met", "target_2024", "target_2027", "lead"}

// ParseList reads a county's list of indicators: CSV, UTF-8, the columns no, domain,
// task, name, unit, standard, kind, value_2021, met, target_2024, target_2027, lead.
// Errors: Invalid with the record.
func ParseList(text string) ([]Definition, error) {
	if text == "" {
		return nil, nil
	}
	r := csv.NewReader(strings.NewReader(strings.TrimPrefix(text, "\ufeff")))
	rows, err := r.ReadAll()
	if err != nil || len(rows) == 0 || !slices.Equal(rows[0], columns) {
		return nil, &geodata.Error{Kind: geodata.Invalid, Code: "indicator-list", Err: err,
			ZH: "指标表应为 CSV，列名依次为 " + strings.Join(columns, "、") + "。", EN: "A list of indicators is a CSV with the columns " + strings.Join(columns, ", ") + "."}
	}
	var out []Definition
	for i, row := range rows[1:] {
		n, err := strconv.Atoi(row[0])
		if err != nil || n < 1 || row[3] == "" || slices.ContainsFunc(out, func(d Definition) bool { return d.Number == n }) {
			return nil, &geodata.Error{Kind: geodata.Invalid, Code: "indicator-list", Record: i + 1,
				ZH: "指标应有不重复的序号和名称。", EN: "An indicator has a number of its own and a name."}
		}
		out = append(out, Definition{Key: row[0], Number: n, Domain: row[1], Task: row[2], Name: row[3], Unit: row[4], Standard: row[5], Kind: row[6],
			Value2021: row[7], Target2024: row[9], Target2027: row[10], Lead: row[11], Applies: row[6] != "", Direction: directionOf(row)})
	}
	return out, nil
}

// single is a target of one number: 100, ≥60, ≤35, >68.
var single = regexp.MustCompile(`^[≥>≤<]?[0-9]+(\.[0-9]+)?$`)

// directionOf is what the document's own target says: at least so much, or at most.
// A target in words, or several in one, says nothing that could be compared.
func directionOf(row []string) Direction {
	for _, target := range []string{row[5], row[9], row[10]} {
		if single.MatchString(target) {
			if strings.HasPrefix(target, "≤") || strings.HasPrefix(target, "<") {
				return NotHigher
			}
			return NotLower
		}
	}
	return InWords
}

// Find finds an indicator of a list by its key.
func Find(list []Definition, key string) (Definition, error) {
	for _, d := range list {
		if d.Key == key {
			return d, nil
		}
	}
	return Definition{}, &geodata.Error{Kind: geodata.NotFound, Code: "indicator-unknown",
		ZH: fmt.Sprintf("本县指标表中没有指标 %.40s，请看 hongxian indicators list。", key), EN: fmt.Sprintf("The county's list has no indicator %.40s; see hongxian indicators list.", key)}
}
