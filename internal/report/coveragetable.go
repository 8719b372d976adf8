package report

import (
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
	"strings"

	"hongxian/geodata"
	"hongxian/internal/openapi"
	"hongxian/internal/report/spreadsheet"
)

// OverlapsTable is the terminal's view of a kept answer.
func OverlapsTable(body []byte) (string, error) {
	o, err := ReadOverlaps(body)
	if err != nil {
		return "", err
	}
	var b strings.Builder
	b.WriteString("范围重叠  Overlaps of layers\n")
	if o.Schematic {
		b.WriteString(schematicLine + "\n")
	}
	g := newGrid(allLeft, "编号 id", o.Id)
	g.row("并集面积 union", threeUnits(o.UnionM2))
	g.row("重叠范围 shared", threeUnits(o.SharedM2))
	g.write(&b)
	overlapMatrix(&b, o)
	g = newGrid(1, "恰为 k 层 exactly k layers", "平方米 m²", "公顷 ha", "亩 mu")
	for _, d := range o.Depths {
		g.row(append([]string{strconv.Itoa(d.K)}, units(d.AreaM2)...)...)
	}
	section(&b, "重叠层数 Depth", len(o.Depths), g)
	featureOverlaps(&b, o)
	overlapPieces(&b, o)
	overlapTownships(&b, o)
	return b.String(), nil
}

// overlapMatrix has each layer's area on its diagonal, hectares.
func overlapMatrix(b *strings.Builder, o openapi.Overlaps) {
	heading := []string{"公顷 ha"}
	for _, l := range o.Layers {
		heading = append(heading, l.Title)
	}
	g := newGrid(1, heading...)
	for i, cells := range MatrixOf(o) {
		row := []string{o.Layers[i].Title + " " + o.Layers[i].Ref}
		for _, m2 := range cells {
			row = append(row, area(m2).In(geodata.Hectare, 4))
		}
		g.row(row...)
	}
	section(b, "重叠矩阵 Matrix", len(o.Layers), g)
}

// MatrixOf is the symmetric matrix of an answer, m²: a layer's own area on its
// diagonal, what two have in common beside it.
func MatrixOf(o openapi.Overlaps) [][]float64 {
	index, out := map[string]int{}, make([][]float64, len(o.Layers))
	for i, l := range o.Layers {
		index[l.Ref], out[i] = i, make([]float64, len(o.Layers))
		out[i][i] = l.AreaM2
	}
	for _, p := range o.Pairs {
		a, b := index[p.A], index[p.B]
		out[a][b], out[b][a] = p.AreaM2, p.AreaM2
	}
	return out
}

func featureOverlaps(b *strings.Builder, o openapi.Overlaps) {
	for _, l := range o.Layers {
		g := newGrid(2, "图斑 feature", "图斑 feature", "平方米 m²", "公顷 ha", "亩 mu")
		for _, p := range l.Pairs {
			g.row(append([]string{memberName(p.A), memberName(p.B)}, units(p.AreaM2)...)...)
		}
		section(b, "图层内重叠 Within "+l.Title, len(l.Pairs), g)
	}
}

// How many pieces a terminal and a printed paper list.
const (
	overlapsOnTerminal = 15
	overlapsShown      = 50
)

func overlapPieces(b *strings.Builder, o openapi.Overlaps) {
	g := newGrid(2, "序号 no", "图斑 features", "平方米 m²", "公顷 ha", "亩 mu", "其中细碎 m²")
	for _, p := range o.Pieces[:min(overlapsOnTerminal, len(o.Pieces))] {
		g.row(append(append([]string{strconv.Itoa(p.No), MembersOf(p)}, units(p.AreaM2)...), area(p.SliverM2).In(geodata.SquareMetre, 2))...)
	}
	section(b, "重叠图形 Pieces", len(o.Pieces), g)
	if n := len(o.Pieces) - overlapsOnTerminal; n > 0 {
		fmt.Fprintf(b, "  另有 %d 个未在此列出，见 --format json、xlsx、csv。%d more are not shown here.\n", n, n)
	}
	if o.Unlisted.Pieces > 0 {
		fmt.Fprintf(b, "  未列出 unlisted: %d，%s m²\n", o.Unlisted.Pieces, area(o.Unlisted.AreaM2).In(geodata.SquareMetre, 2))
	}
	if h := o.Hairlines; h != nil && h.Pieces > 0 {
		fmt.Fprintf(b, "  重线（宽不超过 0.2 毫米，不计入）borders drawn twice, not counted in: %d，%s m²\n", h.Pieces, area(h.AreaM2).In(geodata.SquareMetre, 4))
	}
}

func overlapTownships(b *strings.Builder, o openapi.Overlaps) {
	g := newGrid(2, "代码 code", "乡镇 township", "平方米 m²", "公顷 ha", "亩 mu")
	for _, t := range o.Townships {
		g.row(append([]string{t.Code, t.Name}, units(t.AreaM2)...)...)
	}
	g.row(append([]string{"", "乡镇范围外 outside"}, units(o.OutsideM2)...)...)
	g.row(append([]string{"", "减：重复覆盖 less multiply covered"}, units(o.MultiplyCoveredM2)...)...)
	g.row(append([]string{"", "重叠范围合计 total"}, units(o.SharedM2)...)...)
	section(b, "重叠范围的乡镇分布 Townships", len(o.Townships), g)
}

func memberName(m openapi.OverlapsMember) string { return strings.TrimSpace(m.Name + " " + m.Code) }

// MembersOf names the features of a piece: A ∩ B.
func MembersOf(p openapi.OverlapsPiece) string {
	names := make([]string, len(p.Members))
	for i, m := range p.Members {
		names[i] = memberName(m)
	}
	return strings.Join(names, " ∩ ")
}

// OverlapsCSV writes the pieces as CSV: BOM, CRLF, a row a piece and township, m² to
// 0.0001. The rows of a piece, with what lies outside townships and less what they
// cover twice, add up to the piece.
func OverlapsCSV(w io.Writer, o openapi.Overlaps) error {
	if _, err := io.WriteString(w, "\ufeff"); err != nil {
		return err
	}
	out := csv.NewWriter(w)
	out.UseCRLF = true
	rows := [][]string{{"序号", "图层版本", "图斑编号", "图斑名称", "类别", "重叠层数", "图形面积(平方米)", "乡镇代码", "乡镇", "乡镇内面积(平方米)"}}
	for _, p := range o.Pieces {
		var refs, codes, names, classes []string
		for _, m := range p.Members {
			refs, codes, names, classes = append(refs, m.Ref), append(codes, m.Code), append(names, m.Name), append(classes, m.Class)
		}
		piece := []string{strconv.Itoa(p.No), strings.Join(refs, "；"), spreadsheet.Text(strings.Join(codes, "；")), spreadsheet.Text(strings.Join(names, "；")),
			spreadsheet.Text(strings.Join(classes, "；")), strconv.Itoa(len(p.Members)), decimals4(p.AreaM2)}
		part := func(code, name string, m2 float64) {
			rows = append(rows, append(piece[:7:7], code, name, decimals4(m2)))
		}
		for _, t := range p.Townships {
			part(spreadsheet.Text(t.Code), spreadsheet.Text(t.Name), t.AreaM2)
		}
		if p.OutsideM2 != 0 {
			part("", "乡镇范围外", p.OutsideM2)
		}
		if p.MultiplyCoveredM2 != 0 {
			part("", "重复覆盖（扣减）", -p.MultiplyCoveredM2)
		}
	}
	return out.WriteAll(rows)
}

func decimals4(m2 float64) string { return strconv.FormatFloat(m2, 'f', 4, 64) }
