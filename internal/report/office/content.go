package office

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"hongxian/internal/openapi"
	"hongxian/internal/report/pieces"
)

var outcomes = map[openapi.CheckOutcome]string{
	openapi.CheckOutcomeClear: "无冲突", openapi.CheckOutcomeConditional: "有条件",
	openapi.CheckOutcomeReview: "需人工研判", openapi.CheckOutcomeProhibited: "禁止",
}

var statuses = map[openapi.CheckStatus]string{
	openapi.CheckStatusConcerned: "涉及", openapi.CheckStatusNotConcerned: "不涉及", openapi.CheckStatusNotChecked: "未核查",
}

// threeUnits prints an area in the three units.
func threeUnits(m2 float64) string {
	c := areas(m2)
	return c[0].text + " 平方米（" + c[1].text + " 公顷，" + c[2].text + " 亩）"
}

// facts are the basic data (基本信息): label and value.
func (p Paper) facts() [][2]string {
	c := p.Check
	out := [][2]string{
		{"项目（地块）名称", c.Site.Name},
		{"所在县（区）", c.County.Name + "（" + c.County.Code + "）"},
		{"查询编号", p.number()},
		{"核查时间", c.CreatedAt.In(beijing).Format("2006年01月02日 15:04:05") + "（北京时间）"},
		{"地块形式", form(c.Site)},
		{"椭球面积", threeUnits(c.Site.AreaM2)},
		{"高斯平面面积（供比对）", threeUnits(c.Site.PlaneAreaM2)},
		{"县域外面积", threeUnits(c.Site.OutsideCountyM2)},
		{"结论", outcomes[c.Verdict.Outcome]},
		{"核查编号", c.Id},
		{"地块摘要（SHA-256）", c.Site.Digest},
	}
	if n := len(p.Parcels); n > 0 {
		out = slices.Insert(out, 1, [2]string{"地块数", strconv.Itoa(n) + " 个；下列结果为全部地块合并后的结果"})
	}
	code := p.Code
	if code == p.number() {
		code = "" // said above
	}
	for _, optional := range [][2]string{{"查验码", code}, {"查验方式", p.VerifyAt}, {"程序", p.Program}} {
		if optional[1] != "" {
			out = append(out, optional)
		}
	}
	for i, f := range c.Site.Findings {
		out = append(out, [2]string{fmt.Sprintf("读取说明 %d", i+1), f})
	}
	return out
}

func form(s openapi.CheckSite) string {
	value := func(m *float64) string {
		if m == nil {
			return "–"
		}
		return metre(*m).text
	}
	switch s.Form {
	case openapi.CheckSiteFormCorridor:
		return "线加宽度：宽 " + value(s.BufferM) + " 米，中线长 " + value(s.LengthM) + " 米（高斯平面内作缓冲，每象限 64 段）"
	case openapi.CheckSiteFormCircle:
		return "点加半径：半径 " + value(s.BufferM) + " 米（高斯平面内作缓冲，每象限 64 段）"
	}
	return "面"
}

// measure is what the figures mean (坐标系与面积口径).
func (p Paper) measure() []string {
	c := p.Check
	plane := "县高斯-克吕格平面"
	if s, ok := p.set(); ok {
		if z, known := pieces.ZoneOf(s.SRID); known {
			plane = fmt.Sprintf("县高斯-克吕格平面（EPSG:%d，%s）", s.SRID, z.Chinese())
		}
	}
	return []string{
		"来件坐标系：" + c.Site.Crs + "。界线在" + plane + "内按直线理解。",
		"面积为 2000 国家大地坐标系（CGCS2000）椭球面积：界线在高斯平面内加密至 70 米以内后，按等积投影计算。" +
			"与官方软件的差异每平方千米不超过 0.02 平方米。高斯平面面积仅供比对。",
		fmt.Sprintf("细碎图斑阈值：连通部分面积小于 %s 平方米，或平均宽度（2A/P）小于 %s 米。重叠合计大于 0.01 平方米即为涉及；仅边界相接不算重叠。",
			plainNumber(c.Tolerance.AreaM2), plainNumber(c.Tolerance.WidthM)),
		"数值按四舍五入取位：平方米 2 位、公顷 4 位、亩 2 位小数；1 亩 = 2000/3 平方米。",
		"图层重叠面积为去重后的并集面积。各图层可互相重叠，不同图层的面积不能相加。",
	}
}

func plainNumber(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }

// versionTable is the data the answer was computed from (数据与版本).
func (p Paper) versionTable() table {
	t := table{columns: []column{{"图层", words, 26}, {"版本", words, 42}, {"数据摘要（SHA-256）", words, 70}, {"数据性质", words, 18}}}
	for _, v := range p.Check.Versions {
		t.add(word(p.layerOf(v.Ref)), word(v.Ref), word(v.Digest), word(nature(v.Schematic)))
	}
	return t
}

// layerOf is the title of the layer a version belongs to.
func (p Paper) layerOf(ref string) string {
	for _, l := range p.Check.Layers {
		if l.Ref != nil && *l.Ref == ref {
			return l.Title
		}
	}
	_, key, _ := strings.Cut(ref, ".")
	key, _, _ = strings.Cut(key, "@")
	if key == "township" {
		return "乡镇界线"
	}
	return key
}

// layerTitle is the title of a layer key, or the key.
func (p Paper) layerTitle(key string) string {
	for _, l := range p.Check.Layers {
		if l.Layer == key {
			return l.Title
		}
	}
	return key
}
