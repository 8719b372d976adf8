package county

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"hongxian/geodata"
)

var (
	codePattern   = regexp.MustCompile(`^[0-9A-Za-z]{1,16}$`)
	keyPattern    = regexp.MustCompile(`^[a-z][a-z0-9-]{0,31}$`)
	colourPattern = regexp.MustCompile(`^#[0-9a-f]{6}$`)
)

// validate checks what the decoder cannot.
func (p *Profile) validate() error {
	steps := []func() error{p.validateHead, p.validateTolerance, p.validateFigures, p.validateTownships, p.validateLayers, p.validateLetterhead, p.validateCombinations, p.validateChange, p.validateStatistics, p.validateQuality}
	for _, step := range steps {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

func (p *Profile) validateHead() error {
	switch {
	case !codePattern.MatchString(p.Code):
		return invalid("code", "县代码应为 1 至 16 位字母或数字", "the county code must be 1 to 16 letters or digits")
	case !legible(p.NameZH) || !legible(p.NameEN):
		return invalid("name_zh, name_en", "缺少县名", "a name is missing")
	case p.PlaneSRID < 1024 || p.PlaneSRID > 32767:
		return invalid("plane_srid", "缺少投影平面的 EPSG 代码（1024–32767）", "the plane's EPSG code (1024–32767) is missing")
	}
	return p.validateBounds()
}

func (p *Profile) validateBounds() error {
	west, south, east, north := p.Bounds[0], p.Bounds[1], p.Bounds[2], p.Bounds[3]
	if !(west >= -180 && west < east && east <= 180 && south >= -90 && south < north && north <= 90) {
		return invalid("bounds", "缺少县域范围，或不是“西、南、东、北”经纬度", "the county's bounds are missing, or are not west, south, east, north in degrees")
	}
	return nil
}

func (p *Profile) validateLetterhead() error {
	l := p.Letterhead
	for _, text := range []string{l.Bureau, l.Title, l.Secrecy, l.MapNumber} {
		if text != "" && !legible(text) {
			return invalid("letterhead", fmt.Sprintf("文头“%.40s”不是可读的文字", text), fmt.Sprintf("letterhead text %.40q is not legible", text))
		}
	}
	return nil
}

func (p *Profile) validateTolerance() error {
	for _, v := range []float64{p.Tolerance.AreaM2, p.Tolerance.WidthM} {
		if !(v > 0 && v <= 10_000) {
			return invalid("tolerance", "细碎图斑阈值应大于 0", "sliver thresholds must be above 0")
		}
	}
	return nil
}

func (p *Profile) validateFigures() error {
	seen := map[string]bool{}
	for _, f := range p.Figures {
		_, err := geodata.ParseUnit(f.Unit)
		switch {
		case !keyPattern.MatchString(f.Key) || seen[f.Key]:
			return invalid("figures", fmt.Sprintf("公布数据的键“%.40s”格式不对或重复", f.Key), fmt.Sprintf("figure key %.40q is malformed or repeated", f.Key))
		case err != nil && f.Unit != "percent" && f.Unit != "count":
			return invalid("figures", fmt.Sprintf("%s 的单位“%.20s”不认识", f.Key, f.Unit), fmt.Sprintf("%s has unknown unit %.20q", f.Key, f.Unit))
		case math.IsNaN(f.Value) || math.IsInf(f.Value, 0) || f.Value < 0:
			return invalid("figures", f.Key+" 的数值无效", f.Key+" is not a valid number")
		case f.Name != "" && !legible(f.Name) || f.Place != "" && !legible(f.Place) || f.Target != "" && !legible(f.Target) || f.Type != "" && !legible(f.Type):
			return invalid("figures", f.Key+" 的名称、出处或目标不是可读的文字", f.Key+" has a name, place or target that is not legible")
		case !legible(f.Source):
			return invalid("figures", f.Key+" 缺少来源", f.Key+" names no source")
		case f.Baseline && (p.Change.Baselines[f.Of] == "" || f.Value != 0 || err != nil):
			return invalid("figures", f.Key+" 要与基准版本比较：图层应有基准，单位应为面积，不写数值", f.Key+" is compared with a baseline: its layer needs one, its unit is one of area, and it has no value")
		}
		seen[f.Key] = true
	}
	return nil
}

func (p *Profile) validateTownships() error {
	codes, names := map[string]bool{}, map[string]bool{}
	for _, t := range p.Townships {
		switch {
		case !codePattern.MatchString(t.Code) || codes[t.Code]:
			return invalid("townships", fmt.Sprintf("乡镇代码“%.40s”格式不对或重复", t.Code), fmt.Sprintf("township code %.40q is malformed or repeated", t.Code))
		case !legible(t.Name) || !legible(t.Type):
			return invalid("townships", t.Code+" 缺少名称或类型", t.Code+" lacks its name or type")
		case !(t.ControlM2 >= 0 && t.ControlM2 < 1e14):
			return invalid("townships", t.Code+" 的控制面积无效", t.Code+" has an invalid control area")
		}
		codes[t.Code] = true
		for _, n := range append([]string{t.Name}, t.Aliases...) {
			if !legible(n) || names[n] {
				return invalid("townships", fmt.Sprintf("乡镇名称“%.40s”无效或重复", n), fmt.Sprintf("township name %.40q is invalid or repeated", n))
			}
			names[n] = true
		}
	}
	if len(p.Townships) == 0 {
		return invalid("townships", "缺少乡镇", "there are no townships")
	}
	return nil
}

func (p *Profile) validateLayers() error {
	seen := map[geodata.LayerKey]bool{}
	for _, l := range p.Layers {
		if _, err := geodata.ParseLayerKey(string(l.Key)); err != nil || seen[l.Key] {
			return invalid("layers", fmt.Sprintf("图层代号“%.40s”格式不对或重复", l.Key), fmt.Sprintf("layer key %.40q is malformed or repeated", l.Key))
		}
		seen[l.Key] = true
		if err := l.validate(); err != nil {
			return err
		}
	}
	if !seen[geodata.Township] {
		return invalid("layers", "缺少 township 图层", "there is no township layer")
	}
	return nil
}

func (l Layer) validate() error {
	key := string(l.Key)
	if !legible(l.TitleZH) || !legible(l.TitleEN) {
		return invalid("layers", key+" 缺少标题", key+" lacks a title")
	}
	if l.Tiles && l.Overlaps {
		return invalid("layers", key+" 不能既要求铺满又允许重叠", key+" cannot both tile the county and overlap")
	}
	if z := l.Zooms; z != nil && (z[0] < 0 || z[1] < z[0] || z[1] > geodata.MaxZoom) {
		return invalid("layers", fmt.Sprintf("%s 的缩放级别应为 [最小, 最大]，在 0 至 %d 之间", key, geodata.MaxZoom), fmt.Sprintf("%s needs zooms as [least, greatest] within 0 to %d", key, geodata.MaxZoom))
	}
	for _, names := range [][]string{l.Tables, l.Fields.Code, l.Fields.Name, l.Fields.Class} {
		for i, n := range names {
			if !legible(n) || slices.Contains(names[:i], n) {
				return invalid("layers", fmt.Sprintf("%s 的字段或表名“%.40s”无效或重复", key, n), fmt.Sprintf("%s has invalid or repeated field or table name %.40q", key, n))
			}
		}
	}
	for code, name := range l.Classes {
		if !legible(code) || !legible(name) {
			return invalid("layers", key+" 的类型对照无效", key+" has an invalid class name")
		}
	}
	if !slices.Contains([]string{"", "hatch", "dots"}, l.Style.Pattern) {
		return invalid("layers", key+" 的图案应为 hatch 或 dots", key+" needs hatch or dots as its pattern")
	}
	if !colourPattern.MatchString(l.Style.Fill) || !colourPattern.MatchString(l.Style.Line) {
		return invalid("layers", key+" 的颜色应为 #rrggbb", key+" needs colours as #rrggbb, lower case")
	}
	for _, c := range l.Style.Classes {
		if !legible(c.Word) || !colourPattern.MatchString(c.Fill) {
			return invalid("layers", key+" 的分类颜色无效", key+" has an invalid class colour")
		}
	}
	return nil
}

// legible text is not blank, not long, valid UTF-8 and free of control characters.
func legible(s string) bool {
	return strings.TrimSpace(s) == s && s != "" && len(s) <= 200 && utf8.ValidString(s) &&
		!strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r == 0x7f })
}

// validateCombinations checks that combinations name layers of the catalogue.
func (p *Profile) validateCombinations() error {
	known := func(thing string) bool {
		key, _, _ := strings.Cut(thing, ":")
		_, ok := p.Layer(geodata.LayerKey(key))
		return ok
	}
	for _, c := range p.Combinations {
		things := slices.Concat(c.All, c.Except)
		if c.Key == "" || !legible(c.Title) || len(c.All) < 1 || len(c.All) > 2 || len(c.Except) > 1 ||
			slices.ContainsFunc(things, func(t string) bool { return !known(t) }) {
			return invalid("combinations", fmt.Sprintf("叠加组合“%.40s”不完整或引用了没有的图层", c.Key), fmt.Sprintf("combination %.40q is incomplete or names a layer that is not there", c.Key))
		}
	}
	for _, key := range p.Pairs {
		if !known(string(key)) {
			return invalid("pairs", fmt.Sprintf("没有图层“%.40s”", key), fmt.Sprintf("there is no layer %.40q", key))
		}
	}
	return nil
}

// validateChange checks what versions are compared by.
func (p *Profile) validateChange() error {
	c := p.Change
	for _, v := range []float64{c.DecreaseM2, c.DecreaseShare, c.MatchShare} {
		if !(v >= 0 && v <= 1e6) {
			return invalid("change", "面积变化的阈值无效", "a threshold of the comparison is invalid")
		}
	}
	if c.MatchShare > 1 {
		return invalid("change", "match_share 不能大于 1", "match_share must not be above 1")
	}
	known := func(key geodata.LayerKey) bool { _, ok := p.Layer(key); return ok }
	for key, label := range c.Baselines {
		if _, err := geodata.ParseVersionRef(string(key) + "@" + label); err != nil || !known(key) {
			return invalid("change", fmt.Sprintf("基线“%.40s@%.40s”无效", key, label), fmt.Sprintf("baseline %.40s@%.40s is invalid", key, label))
		}
	}
	for _, r := range c.Restricted {
		if !known(r.Layer) || !legible(r.From) || !legible(r.Title) || strings.TrimSpace(r.Source) == "" || len(r.Source) > 1000 ||
			slices.ContainsFunc(r.To, func(class string) bool { return !legible(class) }) {
			return invalid("change", fmt.Sprintf("受限转移“%.40s”不完整", r.Title), fmt.Sprintf("restricted transition %.40q is incomplete", r.Title))
		}
	}
	for _, l := range []LayerClasses{c.NaturalLand, c.Activity} {
		if l.Layer != "" && !known(l.Layer) {
			return invalid("change", fmt.Sprintf("没有图层“%.40s”", l.Layer), fmt.Sprintf("there is no layer %.40q", l.Layer))
		}
	}
	return nil
}

// validateStatistics checks that statistics and figures name layers of the catalogue.
func (p *Profile) validateStatistics() error {
	known := func(key geodata.LayerKey) bool { _, ok := p.Layer(key); return ok }
	for _, two := range slices.Concat(p.Statistics.Pairs, p.Statistics.Unions) {
		if len(two) != 2 || two[0] == two[1] || slices.Contains(two, geodata.Township) || !known(two[0]) || !known(two[1]) {
			return invalid("statistics", fmt.Sprintf("统计中的“%.80v”应为两个不同的图层", two), fmt.Sprintf("%.80v of the statistics should be two different layers", two))
		}
	}
	for _, f := range p.Figures {
		if f.Of != "" && !known(f.Of) {
			return invalid("figures", fmt.Sprintf("%s 引用了没有的图层“%.40s”", f.Key, f.Of), fmt.Sprintf("%s names layer %.40q, which is not there", f.Key, f.Of))
		}
	}
	return nil
}
