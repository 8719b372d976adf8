package indicator

import (
	"context"
	_ "embed"
	"fmt"
	"math"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"hongxian/geodata"
	"hongxian/internal/audit"
)

// Value (年度值) is what a document gives for an indicator and a year.
type Value struct {
	Key    string
	Year   int
	Value  *float64 // in the indicator's unit; nil where the document gives words
	Text   string   // as the document words it
	Source string   // the document
	Set    time.Time
	// Earlier are the values that this one replaced, the latest first.
	Earlier []Value
}

// Store keeps values.
type Store struct {
	DB *pgxpool.Pool
}

// longest is how long a text of a value may be, in characters.
const longest = 500

func (v Value) validate() error {
	switch {
	case v.Year < 1949 || v.Year > 2200:
		return invalid("indicator-year", fmt.Sprintf("年份 %d 不合理，应在 1949 至 2200 之间。", v.Year), fmt.Sprintf("The year %d is implausible; it lies between 1949 and 2200.", v.Year))
	case v.Value == nil && v.Text == "":
		return invalid("indicator-empty", "应有数值或文字。", "A value is a number or words.")
	case v.Value != nil && (math.IsNaN(*v.Value) || math.IsInf(*v.Value, 0)):
		return invalid("indicator-number", "数值应为有限的数。", "A value is a finite number.")
	case v.Source == "":
		return invalid("indicator-source", "请写明数据来源文件。", "Name the document that the value comes from.")
	case !plain(v.Text) || !plain(v.Source):
		return invalid("indicator-text", fmt.Sprintf("文字和来源应不超过 %d 个字，不含控制字符。", longest), fmt.Sprintf("Words and source have at most %d characters, none of them a control character.", longest))
	}
	return nil
}

func plain(s string) bool {
	if !utf8.ValidString(s) || utf8.RuneCountInString(s) > longest {
		return false
	}
	for _, r := range s {
		if unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) {
			return false
		}
	}
	return true
}

//go:embed sql/set.sql
var setSQL string

// Set keeps values of a county's indicators, all or none. A value that was there and
// says something else is replaced, counted, and kept among the Earlier ones.
func (s *Store) Set(ctx context.Context, county string, list []Definition, values []Value) (replaced int, err error) {
	err = pgx.BeginFunc(ctx, s.DB, func(tx pgx.Tx) error {
		for _, v := range values {
			if _, err := Find(list, v.Key); err != nil {
				return err
			}
			if err := v.validate(); err != nil {
				return err
			}
			var again bool
			err := tx.QueryRow(ctx, setSQL, pgx.StrictNamedArgs{"county": county, "key": v.Key, "year": v.Year, "value": v.Value, "text": v.Text, "source": v.Source}).Scan(&again)
			if err != nil {
				return fmt.Errorf("set indicator %s of %d: %w", v.Key, v.Year, err)
			}
			if again {
				replaced++
			}
		}
		return audit.Write(ctx, tx, audit.Entry{Action: "indicators.set", Object: county, Detail: map[string]any{"values": len(values), "replaced": replaced}})
	})
	return replaced, err
}

//go:embed sql/values.sql
var valuesSQL string

//go:embed sql/replaced.sql
var replacedSQL string

// Values are those of a county, by indicator and year, each with those it replaced.
func (s *Store) Values(ctx context.Context, county string) ([]Value, error) {
	values, err := s.read(ctx, valuesSQL, county)
	if err != nil {
		return nil, err
	}
	replaced, err := s.read(ctx, replacedSQL, county)
	if err != nil {
		return nil, err
	}
	for i, v := range values {
		for _, r := range replaced {
			if r.Key == v.Key && r.Year == v.Year {
				values[i].Earlier = append(values[i].Earlier, r)
			}
		}
	}
	return values, nil
}

func (s *Store) read(ctx context.Context, sql, county string) ([]Value, error) {
	rows, err := s.DB.Query(ctx, sql, pgx.StrictNamedArgs{"county": county})
	if err != nil {
		return nil, fmt.Errorf("indicator values: %w", err)
	}
	values, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (v Value, err error) {
		err = row.Scan(&v.Key, &v.Year, &v.Value, &v.Text, &v.Source, &v.Set)
		return v, err
	})
	if err != nil {
		return nil, fmt.Errorf("indicator values: %w", err)
	}
	return values, nil
}

func invalid(code, zh, en string) *geodata.Error {
	return &geodata.Error{Kind: geodata.Invalid, Code: code, ZH: zh, EN: en}
}
