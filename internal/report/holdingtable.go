package report

import (
	"fmt"
	"strconv"
	"strings"

	"hongxian/geodata"
	"hongxian/internal/openapi"
)

var states = map[openapi.State]string{
	openapi.StateDraft:      "草稿 draft",
	openapi.StatePreparing:  "准备中 preparing",
	openapi.StateInForce:    "现行 in force",
	openapi.StateSuperseded: "已被替代 superseded",
}

// LayersTable is the terminal's view of a catalogue.
func LayersTable(l openapi.LayerList) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s\n", printable(l.County.Name), l.County.Code)
	if l.Schematic {
		b.WriteString(schematicLine + "\n")
	}
	g := newGrid(3, "图层 layer", "名称 title", "现行版本 in force", "图斑 features", "面积 m²", "公顷 ha")
	for _, y := range l.Layers {
		if v := y.InForce; v != nil {
			g.row(y.Key, y.Title, v.Label+" "+mark(v.Schematic), strconv.Itoa(v.Features),
				area(v.AreaM2).In(geodata.SquareMetre, 2), area(v.AreaM2).In(geodata.Hectare, 4))
		} else {
			g.row(y.Key, y.Title, "–", "–", "–", "–")
		}
	}
	g.write(&b)
	return b.String()
}

// LayerTable is the terminal's view of one layer.
func LayerTable(l openapi.Layer) string {
	var b strings.Builder
	g := newGrid(allLeft, "图层 layer", l.Key)
	g.row("名称 title", l.Title+" "+l.TitleEn)
	g.row("参与核查 checked", yesNo(l.Checked))
	g.row("应铺满全县 tiles the county", yesNo(l.Tiles))
	g.row("图斑可重叠 may overlap", yesNo(l.Overlaps))
	g.row("面积不得减少 protected", yesNo(l.Protected))
	if v := l.InForce; v != nil {
		g.row("现行版本 in force", v.Ref+" "+mark(v.Schematic))
		g.row("依据 basis", v.Basis)
		g.row("来源 source", v.Source)
		g.row("坐标系 CRS", v.Crs)
		g.row("图斑 features", strconv.Itoa(v.Features))
		g.row("面积 area", threeUnits(v.AreaM2))
		g.row("摘要 SHA-256", v.Digest)
	} else {
		g.row("现行版本 in force", "无 none")
	}
	g.write(&b)
	return b.String()
}

// VersionsTable is the terminal's view of a layer's versions.
func VersionsTable(l openapi.VersionList) string {
	var b strings.Builder
	g := newGrid(5, "版本 version", "状态 state", "生效 effective", "依据 basis", "", "图斑 features", "面积 m²", "公顷 ha")
	for _, v := range l.Versions {
		effective := "–"
		if v.Effective != nil {
			effective = v.Effective.String()
		}
		g.row(v.Ref, states[v.State], effective, v.Basis, mark(v.Schematic), strconv.Itoa(v.Features),
			area(v.AreaM2).In(geodata.SquareMetre, 2), area(v.AreaM2).In(geodata.Hectare, 4))
	}
	g.write(&b)
	return b.String()
}

func yesNo(b bool) string {
	if b {
		return "是 yes"
	}
	return "否 no"
}
