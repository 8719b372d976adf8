package report

import (
	"fmt"

	"hongxian/geodata"
	"hongxian/internal/openapi"
	"hongxian/internal/quality"
)

// qualityTitles are what kinds of findings are called.
var qualityTitles = map[quality.Kind][2]string{
	quality.Refused:       {"拒收记录", "records refused"},
	quality.Repaired:      {"修复记录", "records repaired"},
	quality.Duplicate:     {"图形重复", "same shape twice"},
	quality.Overlap:       {"层内重叠", "overlaps within the layer"},
	quality.Gap:           {"缝隙、漏洞", "gaps"},
	quality.Outside:       {"超出县域", "ground outside the county"},
	quality.Sliver:        {"细碎图斑", "slivers"},
	quality.CodeMissing:   {"缺少编码", "code missing"},
	quality.CodeDuplicate: {"编码重复", "code used twice"},
	quality.CodeMalformed: {"编码格式不符", "code malformed"},
	quality.CodeClass:     {"编码类别位与类别不符", "class digit of the code is another"},
	quality.ClassMissing:  {"缺少类别", "class missing"},
	quality.ClassUnknown:  {"未知类别", "class unknown"},
	quality.PlaceUnknown:  {"不是本县乡镇", "township unknown"},
	quality.PlaceMissing:  {"缺少乡镇", "township missing"},
	quality.PlaceAlias:    {"乡镇用了别名", "township under another name"},
	quality.AreaAttribute: {"属性面积与图形面积不符", "stated area differs from the geometry's"},
}

// qualityReasons say why something was not checked.
var qualityReasons = map[string][2]string{
	"overlaps-allowed":  {"本图层允许重叠", "features of this layer may overlap"},
	"need-not-tile":     {"本图层不要求铺满县域", "this layer need not cover the county"},
	"is-the-county":     {"县域即由本图层确定", "this layer is what the county is"},
	"no-townships":      {"没有现行的乡镇图层，不知县域", "no townships are in force, so the county is not known"},
	"no-code-pattern":   {"县域配置没有编码格式", "the county's profile has no pattern for codes"},
	"no-classes":        {"没有一条记录有类别", "no record has a class"},
	"no-class-list":     {"县域配置没有类别名录", "the county's profile has no list of classes"},
	"not-townships":     {"不是乡镇图层", "not a layer of townships"},
	"no-area-attribute": {"没有识别出面积字段", "no attribute is known to state an area"},
}

// QualityTitle is what a kind of finding is called, in Chinese and English.
func QualityTitle(k quality.Kind) (zh, en string) { return qualityTitles[k][0], qualityTitles[k][1] }

// QualityFinding words what a check found, with its number and ground.
func QualityFinding(c quality.Check) (zh, en string) {
	zh, en = QualityTitle(c.Kind)
	zh, en = fmt.Sprintf("%s %d 处", zh, c.Count), fmt.Sprintf("%s: %d", en, c.Count)
	if c.Area > 0 {
		zh += fmt.Sprintf("，%s 平方米", c.Area.In(geodata.SquareMetre, 2))
		en += fmt.Sprintf(", %s m²", c.Area.In(geodata.SquareMetre, 2))
	}
	return zh, en
}

// Quality is the document of a quality report. It refuses one that holds a figure
// which is no number.
func Quality(r *quality.Report) (openapi.Quality, error) {
	var e encoder
	t := r.Thresholds
	out := openapi.Quality{Ref: r.Ref, Digest: r.Digest, Schematic: r.Schematic, ExaminedAt: r.ExaminedAt.UTC(), Features: r.Features,
		AreaM2: e.area("features", r.Area), Read: r.Read, Blocking: []string{}, Hairlines: r.Hairlines,
		Thresholds: openapi.QualityThresholds{SliverAreaM2: e.area("sliver", t.Sliver), SliverWidthM: t.SliverWidth,
			AttributeShare: t.AreaShare, AttributeM2: e.area("attribute", t.AreaM2), NoiseM2: e.area("noise", t.NoiseM2), HairlineM: t.HairlineM},
		Checks: []openapi.QualityCheck{}, Places: []openapi.QualityPlace{}}
	if r.Townships != "" {
		out.Townships = &r.Townships
	}
	if r.Accepted != "" {
		out.AcceptedBasis = &r.Accepted
	}
	for _, k := range r.Blocking() {
		out.Blocking = append(out.Blocking, string(k))
	}
	for _, c := range r.Checks {
		out.Checks = append(out.Checks, e.qualityCheck(c))
	}
	for _, p := range r.Places {
		out.Places = append(out.Places, openapi.QualityPlace{Kind: string(p.Kind), Records: p.Records, Names: p.Names,
			Position: []float64{p.At[0], p.At[1]}, AreaM2: e.area("place", p.Area), WidthM: e.metres("place", p.Width)})
	}
	if e.err != nil {
		return out, fmt.Errorf("quality of %s: %w", r.Ref, e.err)
	}
	return out, nil
}

func (e *encoder) qualityCheck(c quality.Check) openapi.QualityCheck {
	zh, en := QualityTitle(c.Kind)
	out := openapi.QualityCheck{Kind: openapi.QualityCheckKind(c.Kind), Title: zh, TitleEn: en, Status: openapi.QualityCheckStatus(c.Status), Count: c.Count, Limit: c.Limit}
	if c.Kind.HasPlaces() && c.Status != quality.NotChecked {
		area := e.area(string(c.Kind), c.Area)
		out.AreaM2 = &area
	}
	if why, ok := qualityReasons[c.Why]; ok {
		out.Why, out.WhyEn = &why[0], &why[1]
	}
	if len(c.Examples) == 0 {
		return out
	}
	examples := make([]openapi.QualityExample, 0, len(c.Examples))
	for _, x := range c.Examples {
		examples = append(examples, e.qualityExample(x))
	}
	out.Examples = &examples
	return out
}

func (e *encoder) qualityExample(x quality.Example) openapi.QualityExample {
	out := openapi.QualityExample{Records: x.Records, Code: given(x.Code), Name: given(x.Name), Text: given(x.Text), Want: given(x.Want)}
	if out.Records == nil {
		out.Records = []int{}
	}
	if x.Area != nil {
		area := e.area("stated area", *x.Area)
		out.AreaM2 = &area
	}
	return out
}

// given is a text, nil when it is empty.
func given(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}
