package report

import (
	"fmt"
	"strings"

	"hongxian/geodata"
	"hongxian/internal/intake"
)

// maxFindingsShown bounds the findings a terminal shows; JSON lists more.
const maxFindingsShown = 20

// IntakeTable is an intake report for the terminal: the counts, then the findings
// with record number and coordinate, in Chinese and English.
func IntakeTable(r *intake.Report) string {
	var b strings.Builder
	fmt.Fprintf(&b, "入库报告 %s（EPSG:%d）\n", r.Ref, r.SRID)
	fmt.Fprintf(&b, "  读入 read %d，保留 kept %d（其中修复 repaired %d），拒收 refused %d\n", r.Read, r.Kept, r.Repaired, r.Refused)
	fmt.Fprintf(&b, "  图斑面积合计 total area: %s 平方米 m²，%s 公顷 ha\n", r.Area.In(geodata.SquareMetre, 2), r.Area.In(geodata.Hectare, 4))
	fmt.Fprintf(&b, "  修复允许的面积变化 repair tolerance: %s\n", r.Tolerance)
	if r.Approvals > 0 {
		fmt.Fprintf(&b, "  批准文件 approvals: %d\n", r.Approvals)
	}
	for i, f := range r.Findings {
		if i == maxFindingsShown {
			fmt.Fprintf(&b, "  …… 另有 %d 条，见 --format json / %d more, see --format json\n",
				len(r.Findings)-i+r.Unlisted, len(r.Findings)-i+r.Unlisted)
			break
		}
		fmt.Fprintf(&b, "  %s %s%s\n    %s\n", fateWords[f.Fate], f.ZH, where(f), f.EN)
	}
	fmt.Fprintf(&b, "已存为草稿；用 hongxian publish %s 发布。\nStored as a draft; put it in force with hongxian publish %s.\n", r.Ref, r.Ref)
	return b.String()
}

var fateWords = map[intake.Fate]string{
	intake.Refused: "拒收 refused:", intake.Repaired: "修复 repaired:", intake.Noted: "提示 note:"}

func where(f intake.Finding) string {
	if f.At == nil {
		return ""
	}
	return fmt.Sprintf(" (%.10g, %.10g)", f.At[0], f.At[1])
}
