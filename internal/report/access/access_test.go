package access

import (
	"fmt"
	"strings"
	"testing"

	"hongxian/internal/openapi"
)

func ptr[T any](v T) *T { return &v }

func requirement(level, group, text string) openapi.CheckRequirement {
	return openapi.CheckRequirement{Level: level, Group: group, Text: text, Entered: text != "待录入", Verified: text != "待录入"}
}

func TestRows(t *testing.T) {
	unread := requirement("全市", "乙", "示例二。")
	unread.Verified, unread.Basis = false, ptr("示例文件")
	r := openapi.CheckRule{Requirements: &[]openapi.CheckRequirement{
		requirement("全市", "甲", "示例一。"), unread,
		requirement("区县", "甲", "待录入"), requirement("区县", "乙", "待录入"),
		requirement("单元", "甲", "待录入"), requirement("单元", "乙", "示例三。"),
	}}
	var got strings.Builder
	for _, row := range Rows(r) {
		fmt.Fprintf(&got, "%s|%s|%s\n", row.Level, row.Group, row.Text)
	}
	want := "全市|甲|示例一。\n全市|乙|示例二。【待核】（依据：示例文件）\n区县|甲、乙|待录入\n单元|甲|待录入\n单元|乙|示例三。\n"
	if got.String() != want {
		t.Errorf("got\n%s\nwant\n%s", got.String(), want)
	}
	for _, none := range []openapi.CheckRule{{}, {Requirements: &[]openapi.CheckRequirement{}}} {
		if rows := Rows(none); rows != nil {
			t.Errorf("%v of no requirements", rows)
		}
	}
}

func TestAnswer(t *testing.T) {
	q := &openapi.CheckQuestion{Options: []openapi.CheckOption{{Value: "a", Label: "符合"}}}
	for answer, want := range map[*string]string{nil: "", ptr("a"): "符合", ptr("另说"): "另说"} {
		q.Answer = answer
		if got := Answer(openapi.CheckRule{Question: q}); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	if got := Answer(openapi.CheckRule{}); got != "" {
		t.Errorf("%q without a question", got)
	}
}

// A unit's figures are printed only where the layer has it once.
func TestTitle(t *testing.T) {
	percent := func(share float64) string { return fmt.Sprintf("%.2f", share*100) }
	unit := openapi.CheckFeature{Code: "U1", Name: "一号", Class: "重点管控单元", OverlapM2: 12345, ShareOfSite: 0.5}
	r := openapi.CheckRule{Layer: "control-unit", Unit: ptr("U1")}
	c := func(layer string, units ...openapi.CheckFeature) openapi.Check {
		return openapi.Check{Layers: []openapi.CheckLayer{{Layer: layer, Features: units}}}
	}
	for want, check := range map[string]openapi.Check{
		"准入清单：U1 一号（重点管控单元），涉及1.2345公顷，占地块50.00%": c("control-unit", openapi.CheckFeature{Code: "U2"}, unit),
		"准入清单：U1": c("control-unit", unit, unit),
	} {
		if got := Title(check, r, percent); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
	if got := Title(c("red-line", unit), r, percent); got != "准入清单：U1" {
		t.Errorf("another layer's feature: %s", got)
	}
	if got := Title(openapi.Check{}, openapi.CheckRule{}, percent); got != "准入清单：" {
		t.Errorf("no unit: %s", got)
	}
}
