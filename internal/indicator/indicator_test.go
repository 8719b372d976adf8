package indicator_test

import (
	"encoding/csv"
	"os"
	"strings"
	"testing"

	"hongxian/geodata"
	"hongxian/geodata/county"
	"hongxian/internal/indicator"
	"hongxian/internal/pgtest"
	"hongxian/internal/pgtest/holding"
)

func TestStatementsPrepare(t *testing.T) { pgtest.Prepare(t, os.DirFS("sql")) }

func wushan(t *testing.T) []indicator.Definition {
	t.Helper()
	profile, err := county.Load("500237")
	if err != nil {
		t.Fatal(err)
	}
	list, err := indicator.ParseList(profile.Indicators)
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// The plan's list: 43 indicators, some of which it says do not concern the county.
func TestThePlansList(t *testing.T) {
	list := wushan(t)
	applies := 0
	for _, d := range list {
		if d.Applies {
			applies++
		}
	}
	if len(list) != 43 || applies != 35 {
		t.Errorf("%d indicators, %d of which concern the county; the plan has 43 and 35", len(list), applies)
	}
	direction := func(key string, want indicator.Direction) {
		t.Helper()
		if d, err := indicator.Find(list, key); err != nil || d.Direction != want {
			t.Errorf("%s %s: %s, want %s (%v)", key, d.Name, d.Direction, want, err)
		}
	}
	direction("11", indicator.NotLower) // ≥60
	direction("5", indicator.NotLower)  // 100
	direction("17", indicator.InWords)  // 面积不减少，性质不改变，功能不降低
	direction("26", indicator.InWords)  // three rates in one
	if _, err := indicator.Find(list, "99"); !geodata.IsKind(err, geodata.NotFound) {
		t.Errorf("99: %v", err)
	}
}

func number(v float64) *float64 { return &v }

// Whatever is missing is no data; what is worded is not compared.
func TestFindings(t *testing.T) {
	list := []indicator.Definition{{Key: "a", Number: 1, Applies: true, Direction: indicator.NotLower}, {Key: "b", Number: 2, Applies: true, Direction: indicator.NotHigher},
		{Key: "c", Number: 3, Applies: true, Direction: indicator.InWords}, {Key: "d", Number: 4, Direction: indicator.NotLower}}
	find := func(key string, want indicator.Finding, word string, values ...indicator.Value) {
		t.Helper()
		for i := range values {
			values[i].Key = key
		}
		for _, c := range indicator.Compare(list, values, 2021, 0) {
			if c.Key == key && (c.Finding != want || c.Finding.Chinese(c.Direction) != word) {
				t.Errorf("%s: %s %s, want %s %s", key, c.Finding, c.Finding.Chinese(c.Direction), want, word)
			}
		}
	}
	was, same := indicator.Value{Year: 2021, Value: number(60)}, indicator.Value{Year: 2023, Value: number(60)}
	less, more := indicator.Value{Year: 2024, Value: number(59.9)}, indicator.Value{Year: 2024, Value: number(60.1)}
	worded := indicator.Value{Year: 2024, Text: "完成上级任务"}
	find("a", indicator.Held, "不降低", was, same)
	find("a", indicator.Held, "不降低", was, more)
	find("a", indicator.Worse, "降低", was, same, less) // the latest year counts
	find("a", indicator.NoData, "未提供数据", was)
	find("a", indicator.NoData, "未提供数据", same)
	find("a", indicator.NoData, "未提供数据")
	find("a", indicator.NotComparable, "文字指标，不作数值比较", was, worded)
	find("b", indicator.Held, "不升高", was, less)
	find("b", indicator.Worse, "升高", was, more)
	find("c", indicator.NotComparable, "文字指标，不作数值比较", was, more)
	find("d", indicator.NotConcerned, "不涉及", was, more)
}

func TestValuesAreKeptWithTheirSource(t *testing.T) {
	db := pgtest.New(t)
	holding.Put(t, db, holding.Wushan, holding.Layers)
	s, list := &indicator.Store{DB: db}, wushan(t)
	values, err := indicator.ReadRows([][]string{{"序号", "年份", "数值", "来源"}, {"11", "2021", "67.6", "规划表"}, {"11", "2024年", "６８．２", "公报"}, {}, {"7", "2024", "保持稳定", "公报"}})
	if err != nil || len(values) != 3 || *values[1].Value != 68.2 || values[2].Value != nil || values[2].Text != "保持稳定" {
		t.Fatalf("%+v, %v", values, err)
	}
	if n, err := s.Set(t.Context(), "500237", list, values); err != nil || n != 0 {
		t.Fatalf("%d replaced, %v", n, err)
	}
	if n, err := s.Set(t.Context(), "500237", list, values[:1]); err != nil || n != 0 {
		t.Errorf("the same value again: %d replaced, %v", n, err)
	}
	unknown := indicator.Value{Key: "99", Year: 2021, Value: number(1), Source: "x"}
	if _, err := s.Set(t.Context(), "500237", list, []indicator.Value{{Key: "5", Year: 2021, Value: number(1), Source: "x"}, unknown}); !geodata.IsKind(err, geodata.NotFound) {
		t.Errorf("an unknown indicator: %v", err)
	}
	held, err := s.Values(t.Context(), "500237")
	if err != nil || len(held) != 3 || held[0].Source != "规划表" {
		t.Errorf("%+v, %v: an import that fails leaves nothing", held, err)
	}
}

func TestBadTables(t *testing.T) {
	bad := func(record int, rows ...[]string) {
		t.Helper()
		_, err := indicator.ReadRows(rows)
		if e := geodata.AsError(err); err == nil || e.Kind != geodata.Invalid || e.Record != record {
			t.Errorf("%v: %v, want a fault of record %d", rows, err, record)
		}
	}
	head := []string{"key", "year", "value", "source"}
	bad(0)
	bad(0, []string{"key", "year", "value"})
	bad(1, head, []string{"11", "MMXXI", "1", "s"})
	bad(1, head, []string{"11", "1848", "1", "s"})
	bad(2, head, []string{"11", "2021", "1", "s"}, []string{"11", "2022", "1", ""})
	bad(1, head, []string{"11", "2021", "", "s"})
	bad(1, head, []string{"11", "2021", "NaN", "s"})
}

func FuzzReadRows(f *testing.F) {
	f.Add("序号,年份,数值,来源\n11,2021,67.6,规划表\n7,2024,保持稳定,公报\n")
	f.Add("key,year,value,text,source\n1,2021年,９%,x,y\n,,,\n")
	f.Add("key,key,year,value,source\n1,1,2021,1e999,y\n")
	f.Fuzz(func(t *testing.T, text string) {
		r := csv.NewReader(strings.NewReader(text))
		r.FieldsPerRecord, r.LazyQuotes = -1, true
		rows, err := r.ReadAll()
		if err != nil {
			return
		}
		values, err := indicator.ReadRows(rows)
		if err != nil && !geodata.IsKind(err, geodata.Invalid) && !geodata.IsKind(err, geodata.TooLarge) {
			t.Fatalf("not an error for users: %v", err)
		}
		for _, v := range values {
			if v.Source == "" || v.Value == nil && v.Text == "" {
				t.Fatalf("a value that says nothing: %+v", v)
			}
		}
	})
}

// A value that is replaced stays readable behind the one that counts, and nobody can
// change it there.
func TestReplacedValuesStay(t *testing.T) {
	db := pgtest.New(t)
	holding.Put(t, db, holding.Wushan, holding.Layers)
	s, list := &indicator.Store{DB: db}, wushan(t)
	for i, v := range []indicator.Value{{Value: number(67.6), Source: "初稿"}, {Value: number(68.2), Source: "公报"}, {Text: "更正", Source: "公报"}, {Text: "更正", Source: "公报"}} {
		v.Key, v.Year = "11", 2024
		want := 0
		if i == 1 || i == 2 {
			want = 1
		}
		if n, err := s.Set(t.Context(), "500237", list, []indicator.Value{v}); err != nil || n != want {
			t.Fatalf("%+v: %d replaced, want %d; %v", v, n, want, err)
		}
	}
	held, err := s.Values(t.Context(), "500237")
	if err != nil || len(held) != 1 || held[0].Text != "更正" || held[0].Value != nil {
		t.Fatalf("%+v, %v", held, err)
	}
	earlier := held[0].Earlier
	if len(earlier) != 2 || *earlier[0].Value != 68.2 || *earlier[1].Value != 67.6 || earlier[1].Source != "初稿" || earlier[0].Set.Before(earlier[1].Set) {
		t.Errorf("replaced were %+v", earlier)
	}
	if _, err := db.Exec(t.Context(), "delete from indicator_replaced"); err == nil {
		t.Error("what was replaced can be removed")
	}
}
