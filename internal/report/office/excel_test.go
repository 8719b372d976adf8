package office

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"
)

func opened(t *testing.T, body []byte) *excelize.File {
	t.Helper()
	f, err := excelize.OpenReader(bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

// find gives the first cell whose text starts so.
func find(t *testing.T, f *excelize.File, sheet, text string) (row int) {
	t.Helper()
	rows, err := f.GetRows(sheet)
	if err != nil {
		t.Fatal(err)
	}
	for i, r := range rows {
		for _, c := range r {
			if strings.HasPrefix(c, text) {
				return i + 1
			}
		}
	}
	t.Fatalf("%s: no %q in %v", sheet, text, rows)
	return 0
}

func value(t *testing.T, f *excelize.File, sheet, cell string) string {
	t.Helper()
	v, err := f.GetCellValue(sheet, cell)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// summed compares a sum's formula, its kept value and what the formula gives.
func summed(t *testing.T, f *excelize.File, sheet, cell, formula, want string) {
	t.Helper()
	got, err := f.GetCellFormula(sheet, cell)
	if err != nil || got != formula {
		t.Errorf("%s %s: formula %q, want %q; %v", sheet, cell, got, formula, err)
	}
	if v := value(t, f, sheet, cell); v != want {
		t.Errorf("%s %s: kept %s, want %s", sheet, cell, v, want)
	}
	calculated, err := f.CalcCellValue(sheet, cell)
	if err != nil {
		t.Fatal(err)
	}
	a, _ := strconv.ParseFloat(calculated, 64)
	b, _ := strconv.ParseFloat(want, 64)
	if math.Abs(a-b) > 1e-9*max(1, b) {
		t.Errorf("%s %s: calculates to %s, kept %s", sheet, cell, calculated, want)
	}
	if kind, _ := f.GetCellType(sheet, cell); kind != excelize.CellTypeUnset && kind != excelize.CellTypeNumber {
		t.Errorf("%s %s is kept as type %d, not as a number", sheet, cell, kind)
	}
}

func TestCheckXLSX(t *testing.T) {
	body := document(t, CheckXLSX, sample())
	for range 5 { // the order of streamed sheets is chance
		if !bytes.Equal(body, document(t, CheckXLSX, sample())) {
			t.Fatal("equal papers gave different bytes")
		}
	}
	wellFormed(t, body)
	f := opened(t, body)
	if got := fmt.Sprint(f.GetSheetList()); got != "[总表 分图斑 乡镇分布 坐标 规则 说明]" {
		t.Error(got)
	}
	if v := value(t, f, "总表", "A3"); !strings.Contains(v, "示意数据") {
		t.Errorf("mark: %q", v)
	}
	n := find(t, f, "乡镇分布", "合计")
	for column, want := range map[string]string{"C": "123456.79", "D": "12.3457", "E": "185.19", "F": "45678.12", "G": "2000.00"} {
		summed(t, f, "乡镇分布", fmt.Sprintf("%s%d", column, n),
			fmt.Sprintf("SUM(%s5:%s%d)", column, column, n-1), want)
	}
	n = find(t, f, "分图斑", "合计")
	summed(t, f, "分图斑", fmt.Sprintf("E%d", n), fmt.Sprintf("SUM(E5:E%d)", n-1), "45678.12")
	if v := value(t, f, "分图斑", "C6"); v != "'=cmd|' /C calc'!A0" {
		t.Errorf("a name that reads as a formula: %q", v)
	}
	if v := value(t, f, "分图斑", "B6"); v != "'-HX002" {
		t.Errorf("a code that reads as a formula: %q", v)
	}
	if v := value(t, f, "总表", "C5"); v != "45678.12" {
		t.Errorf("red line: %s", v)
	}
	if v := value(t, f, "总表", fmt.Sprintf("C%d", find(t, f, "总表", "永久基本农田"))); v != "–" {
		t.Errorf("what was not checked has area %s", v)
	}
	properties, err := f.GetCustomProps()
	if err != nil || len(properties) != 1 || properties[0].Value != strings.Repeat("ab", 32) {
		t.Errorf("%v %v", properties, err)
	}
	printed(t, "check.xlsx", body)
}

// The workbook has a sheet of access lists where a rule prints one.
func TestAccessListXLSX(t *testing.T) {
	body := document(t, CheckXLSX, unitSample())
	f := opened(t, body)
	if got := fmt.Sprint(f.GetSheetList()); got != "[总表 分图斑 乡镇分布 坐标 规则 准入清单 说明]" {
		t.Error(got)
	}
	rows, err := f.GetRows("准入清单")
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, r := range rows[len(rows)-6:] {
		got = append(got, strings.Join(r, "|"))
	}
	want := []string{"单元编码|单元名称|单元类别|管控要求层级|管控类别|管控要求|项目相关情况|符合性结论",
		"U1|一号单元|重点管控单元|全市|空间布局约束|示例：不新建码头。（依据：示例文件）", "U1|一号单元|重点管控单元|全市|环境风险防控|示例：编制预案。【待核】（依据：示例文件）",
		"U1|一号单元|重点管控单元|区县|空间布局约束、环境风险防控|待录入", "U1|一号单元|重点管控单元|单元|空间布局约束、环境风险防控|待录入",
		"U1|一号单元|重点管控单元|||本单元符合性结论（由人工判断）||符合"}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	printed(t, "access-list.xlsx", body)
}

// The parts of a township column, as printed, make its printed total.
func TestTownshipsAddUpAsPrinted(t *testing.T) {
	table, err := sample().townshipTable()
	if err != nil {
		t.Fatal(err)
	}
	if !table.adjusted() {
		t.Error("the sample is meant to need adjusting")
	}
	total := table.rows[len(table.rows)-1]
	for j := 2; j < len(table.columns); j++ {
		n := int64(0)
		for _, r := range table.rows[:len(table.rows)-1] {
			n += lastDigits(r.cells[j])
		}
		if n != lastDigits(total.cells[j]) {
			t.Errorf("%s: %d, total %s", table.columns[j].title, n, total.cells[j].text)
		}
	}
}

func head() SetHead {
	c := sample().Check
	return SetHead{Number: "batch-1", Created: time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC), Schematic: true, Layers: SetLayers(c), Versions: c.Versions}
}

func TestCheckSetXLSX(t *testing.T) {
	write := func() []byte {
		var b bytes.Buffer
		if err := CheckSetXLSX(&b, head(), parcelsOf(90)); err != nil {
			t.Fatal(err)
		}
		return b.Bytes()
	}
	body := write()
	if !bytes.Equal(body, write()) {
		t.Error("equal batches gave different bytes")
	}
	f := opened(t, body)
	n := find(t, f, "核查结果", "合计")
	if n != 5+90 {
		t.Fatalf("the sum stands in row %d", n)
	}
	summed(t, f, "核查结果", fmt.Sprintf("D%d", n), "SUM(D5:D94)", "9876543.20") // 80 × 123456.79
	summed(t, f, "核查结果", fmt.Sprintf("E%d", n), "SUM(E5:E94)", "987.6560")   // 80 × 12.3457
	summed(t, f, "核查结果", fmt.Sprintf("H%d", n), "SUM(H5:H94)", "3654249.60")
	if formula, _ := f.GetCellFormula("核查结果", fmt.Sprintf("G%d", n)); formula != `COUNTIF(G5:G94,"涉及")` || value(t, f, "核查结果", fmt.Sprintf("G%d", n)) != "涉及 80" {
		t.Errorf("%s %s", formula, value(t, f, "核查结果", fmt.Sprintf("G%d", n)))
	}
	if value(t, f, "核查结果", "G13") != "未核查" || value(t, f, "核查结果", "D13") != "–" || value(t, f, "核查结果", "C5") != "'=地块" {
		t.Error("a parcel without an answer is not checked")
	}
	printed(t, "set.xlsx", body)
	broken := errors.New("database gone")
	err := CheckSetXLSX(io.Discard, head(), func(yield func(SetRow, error) bool) { yield(SetRow{}, broken) })
	if !errors.Is(err, broken) {
		t.Errorf("%v", err)
	}
}

// An empty batch has a sum of nothing, without a formula over no rows.
func TestCheckSetXLSXWithoutRows(t *testing.T) {
	var b bytes.Buffer
	if err := CheckSetXLSX(&b, head(), func(func(SetRow, error) bool) {}); err != nil {
		t.Fatal(err)
	}
	f := opened(t, b.Bytes())
	if v := value(t, f, "核查结果", "D5"); v != "0.00" {
		t.Errorf("%s", v)
	}
}

func BenchmarkCheckSetXLSX100000(b *testing.B) {
	c := sample().Check
	for b.Loop() {
		err := CheckSetXLSX(io.Discard, head(), func(yield func(SetRow, error) bool) {
			for i := range 100_000 {
				if !yield(SetRow{Number: i + 1, Name: "地块", Check: &c}, nil) {
					return
				}
			}
		})
		if err != nil {
			b.Fatal(err)
		}
	}
}
