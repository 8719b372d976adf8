package report

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"hongxian/geodata"
	"hongxian/internal/openapi"
	"hongxian/internal/report/comparison"
)

// ReadChange reads a kept comparison back.
func ReadChange(body []byte) (openapi.Change, error) {
	var c openapi.Change
	if err := json.Unmarshal(body, &c); err != nil {
		return c, fmt.Errorf("read kept change: %w", err)
	}
	if c.Id == "" {
		return c, errors.New("read kept change: it has no id")
	}
	return c, nil
}

// ChangeTable is the terminal's view of a kept comparison.
func ChangeTable(body []byte) (string, error) {
	c, err := ReadChange(body)
	if err != nil {
		return "", err
	}
	var b strings.Builder
	fmt.Fprintf(&b, "面积变化核查  Change of area: %s %s → %s\n", printable(c.Title), c.From, c.To)
	if c.Schematic {
		b.WriteString(schematicLine + "\n")
	}
	changeSums(&b, c)
	changeTownTable(&b, c)
	changePieceTable(&b, c)
	changeFeatureTable(&b, c)
	changeTransitionTable(&b, c)
	b.WriteString("\n结论 Verdict\n")
	for _, line := range ChangeConclusions(c) {
		b.WriteString("  " + printable(line) + "\n")
	}
	fmt.Fprintf(&b, "\n编号 id: %s\n", c.Id)
	return b.String(), nil
}

// ha prints m² in hectares, four decimals.
func ha(m2 float64) string { return Hectares(geodata.Area(m2)) }

// m2 prints square metres, two decimals.
func m2(v float64) string { return geodata.Area(v).In(geodata.SquareMetre, 2) }

func changeSums(b *strings.Builder, c openapi.Change) {
	g := newGrid(1, "", "公顷 ha", "平方米 m²")
	for _, r := range []struct {
		name string
		m2   float64
	}{{"基期面积 before", c.BeforeM2}, {"现状面积 after", c.AfterM2}, {"调入 gained", c.GainedM2}, {"调出 lost", c.LostM2},
		{"边界误差（增） noise gained", c.Noise.GainedM2}, {"边界误差（减） noise lost", c.Noise.LostM2}, {"净变化 net", c.NetM2}} {
		g.row(r.name, ha(r.m2), m2(r.m2))
	}
	g.write(b)
	fmt.Fprintf(b, "  变化率 rate %s %%；占县域 share of the county %s %% → %s %%\n", percent(c.Rate), percent2(c.County.ShareBefore), percent2(c.County.ShareAfter))
	fmt.Fprintf(b, "  阈值 thresholds: 边界误差 < %s m² 或平均宽度 2A/P < %s m；τ = %s m²\n", m2(c.Tolerance.AreaM2), number(&c.Tolerance.WidthM, 3), m2(c.Tolerance.DecreaseM2))
}

// percent2 prints a fraction in per cent as shares are published: 36.43.
func percent2(share float64) string { return geodata.Area(share*100).In(geodata.SquareMetre, 2) }

func changeTownTable(b *strings.Builder, c openapi.Change) {
	b.WriteString("\n乡镇 Townships（公顷 ha；未变化的不列 those without change are left out）\n")
	g := newGrid(2, "代码 code", "名称 name", "基期 before", "现状 after", "调入 gained", "调出 lost", "净变化 net", "变化率 %")
	for _, t := range c.Townships {
		if t.GainedM2 != 0 || t.LostM2 != 0 || t.NetM2 != 0 {
			g.row(t.Code, t.Name, ha(t.BeforeM2), ha(t.AfterM2), ha(t.GainedM2), ha(t.LostM2), ha(t.NetM2), percent(t.Rate))
		}
	}
	o := c.Outside
	g.row("", "乡镇以外 outside", ha(o.BeforeM2), ha(o.AfterM2), ha(o.GainedM2), ha(o.LostM2), ha(o.NetM2), percent(o.Rate))
	g.write(b)
}

func changePieceTable(b *strings.Builder, c openapi.Change) {
	fmt.Fprintf(b, "\n变化图斑 Pieces: %d\n", len(c.Pieces))
	if len(c.Pieces) == 0 {
		return
	}
	g := newGrid(allLeft, "序号", "类型 kind", "公顷 ha", "乡镇 township", "图斑 feature", "批准文号 approval", "无批准 without, ha")
	for _, p := range c.Pieces {
		without := dash
		if p.UnapprovedM2 > 0 {
			without = ha(p.UnapprovedM2)
		}
		g.row(fmt.Sprint(p.Number), comparison.Kind(p.Kind), ha(p.AreaM2), comparison.Towns(p), pieceFeatures(p), comparison.Approvals(p), without)
	}
	g.write(b)
}

func pieceFeatures(p openapi.ChangePiece) string {
	var codes []string
	for _, f := range p.Features {
		if f.Code == "" {
			f.Code = f.Name
		}
		codes = append(codes, f.Code)
	}
	if len(codes) > 3 {
		codes = append(codes[:3], fmt.Sprintf("等 %d 个", len(codes)))
	}
	return strings.Join(codes, "、")
}

func changeFeatureTable(b *strings.Builder, c openapi.Change) {
	fmt.Fprintf(b, "\n图斑沿革 Features: 保留 kept %d，变化 changed %d\n", c.Kept, len(c.Features))
	if len(c.Features) == 0 {
		return
	}
	g := newGrid(3, "沿革 fate", "基期编码 before", "现状编码 after", "基期 ha", "现状 ha")
	for _, f := range c.Features {
		g.row(fateWord(f), stateCodes(f.Before), stateCodes(f.After), ha(f.BeforeM2), ha(f.AfterM2))
	}
	g.write(b)
}

// fateWord is what became of a feature, with what else changed.
func fateWord(f openapi.ChangeFeature) string {
	word := strings.Join(append([]string{comparison.Fate(f.Fate)}, comparison.Also(f)...), "、")
	if f.CommonM2 > 0 && f.Fate == openapi.ChangeFateLost {
		word += "（原地 " + ha(f.CommonM2) + " 公顷仍在图层内）"
	}
	return word
}

func stateCodes(fs []openapi.ChangeFeatureState) string {
	var codes []string
	for _, f := range fs {
		if f.Code == "" {
			f.Code = fmt.Sprintf("第 %d 条", f.Record)
		}
		codes = append(codes, f.Code)
	}
	if len(codes) == 0 {
		return dash
	}
	return strings.Join(codes, "、")
}

func changeTransitionTable(b *strings.Builder, c openapi.Change) {
	g := newGrid(2, "原类别 from", "现类别 to", "公顷 ha", "")
	for _, t := range c.Transitions {
		if t.From == t.To {
			continue
		}
		mark := ""
		if t.Restricted != nil {
			mark = "受限 restricted: " + t.Restricted.Title
		}
		g.row(t.From, t.To, ha(t.AreaM2), mark)
	}
	if len(g.rows) > 1 {
		b.WriteString("\n类别转移 Transitions\n")
		g.write(b)
	}
}
