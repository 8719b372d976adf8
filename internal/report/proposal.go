package report

import (
	"fmt"
	"strings"

	"hongxian/internal/intake"
	"hongxian/internal/openapi"
)

// Proposal is the document of what a file is taken for.
func Proposal(p *intake.Proposal) openapi.ImportProposal {
	out := openapi.ImportProposal{Name: p.Name, Part: given(p.Part), Parts: append([]string{}, p.Parts...), Read: p.Read, Layer: given(string(p.Layer)),
		Layers: []openapi.ImportLayerGuess{}, Notes: []openapi.IntakeFinding{}, Columns: []openapi.ImportColumn{},
		Fields: openapi.ImportFields{Code: fieldGuess(p.Code), Name: fieldGuess(p.Called), Class: fieldGuess(p.Class)}}
	if p.SRID != 0 {
		system := crs(p.SRID)
		out.Crs = &system
	}
	if p.AreaField != "" {
		unit := string(p.AreaUnit)
		out.Fields.Area, out.Fields.AreaUnit = &p.AreaField, &unit
	}
	for _, l := range p.Layers {
		g := openapi.ImportLayerGuess{Layer: string(l.Layer), Title: l.Title, Part: given(l.Part), Evidence: []openapi.ImportReason{}}
		for _, e := range l.Evidence {
			g.Evidence = append(g.Evidence, openapi.ImportReason{Zh: e.ZH, En: e.EN})
		}
		out.Layers = append(out.Layers, g)
	}
	for _, n := range p.Notes {
		out.Notes = append(out.Notes, intakeFinding(n))
	}
	for _, c := range p.Columns {
		out.Columns = append(out.Columns, openapi.ImportColumn{Name: c.Name, Filled: c.Filled, Numeric: c.Numeric, Examples: append([]string{}, c.Examples...)})
	}
	return out
}

func fieldGuess(g intake.FieldGuess) openapi.ImportField {
	out := openapi.ImportField{Field: given(g.Field), Confirm: g.Confirm, Candidates: append([]string{}, g.Candidates...)}
	if g.Field != "" {
		out.Evidence = &openapi.ImportReason{Zh: g.Reason.ZH, En: g.Reason.EN}
	}
	return out
}

// ProposalTable is a proposal for the terminal.
func ProposalTable(p *intake.Proposal) string {
	var b strings.Builder
	fmt.Fprintf(&b, "导入建议 %s（未入库） Proposal, nothing is stored\n", p.Name)
	if len(p.Parts) > 0 {
		fmt.Fprintf(&b, "  文件中的图层 layers of the file: %s\n", strings.Join(p.Parts, "、"))
	}
	if p.SRID != 0 {
		fmt.Fprintf(&b, "  坐标系 CRS: EPSG:%d\n", p.SRID)
	}
	for _, l := range p.Layers {
		var why []string
		for _, e := range l.Evidence {
			why = append(why, e.ZH)
		}
		fmt.Fprintf(&b, "  图层 layer: %s %s %s（%s）\n", l.Part, l.Layer, l.Title, strings.Join(why, "；"))
	}
	if p.Layer != "" {
		g := newGrid(allLeft, "内容 meaning", "字段 field", "依据 evidence", "其他可用 others")
		for _, f := range []struct {
			meaning string
			guess   intake.FieldGuess
		}{{"编码 code (--code-field)", p.Code}, {"名称 name (--name-field)", p.Called}, {"类别 class (--class-field)", p.Class}} {
			others := ""
			if len(f.guess.Candidates) > 1 {
				others = strings.Join(f.guess.Candidates[1:], "、")
			}
			g.row(f.meaning, f.guess.Field, f.guess.Reason.ZH, others)
		}
		g.row("面积 area", p.AreaField, string(p.AreaUnit), "")
		g.write(&b)
	}
	for _, c := range p.Columns {
		fmt.Fprintf(&b, "  %s：%d/%d 有值 filled，%s\n", c.Name, c.Filled, p.Read, strings.Join(c.Examples, "、"))
	}
	for _, n := range p.Notes {
		fmt.Fprintf(&b, "  提示 note: %s\n    %s\n", n.ZH, n.EN)
	}
	return b.String()
}
