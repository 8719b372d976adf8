package report

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/paulmach/orb"
	"golang.org/x/sync/errgroup"

	"hongxian/geodata"
	"hongxian/internal/openapi"
	"hongxian/internal/overlap"
	"hongxian/internal/report/figure"
	"hongxian/internal/rule"
)

// fullSample is a corridor's check with everything a report can have.
func fullSample() *overlap.Report {
	near := 1234.56789
	core := "A"
	r := sample()
	r.Site.Name = "巫山至大昌天然气管道工程（大昌至双龙段）䶮口站"
	r.Site.Form, r.Site.Buffer, r.Site.Length = overlap.AsCorridor, 50, 2469.1358
	r.Site.Findings = []string{"第 3 点与第 4 点重合，已合并。", "文件未注明中央经线，按坐标范围取 111°E，请确认。"}
	crossing := []overlap.Crossing{{Length: 345.678, Entry: orb.Point{109.12345678, 31.12345678}, Exit: orb.Point{109.22345678, 31.22345678}}}
	r.Layers = []overlap.LayerOverlap{
		{Layer: geodata.RedLine, TitleZH: "生态保护红线", Ref: "500237.red-line@2022", Status: overlap.Concerned, Overlap: 45678.12345, ShareOfSite: 0.369992, Sliver: 0.5,
			Features: []overlap.FeatureOverlap{
				{Code: "HX500237000001", Name: "五里坡生物多样性维护", Class: "生物多样性维护", Overlap: 45677.62345, ShareOfSite: 0.369988, ShareOfFeature: 0.0001, Crossings: crossing},
				{Code: "HX500237000002", Name: "长江干流", Class: "水土保持", Overlap: 0.5, ShareOfSite: 4.05e-6, ShareOfFeature: 1e-9, Sliver: 0.5}}},
		{Layer: geodata.ProtectedArea, TitleZH: "自然保护地", Ref: "500237.protected-area@2021", Status: overlap.Concerned, Overlap: 30000.3333, ShareOfSite: 0.243,
			Features: []overlap.FeatureOverlap{
				{Code: "BHD01", Name: "五里坡国家级自然保护区", Class: "核心保护区", Overlap: 20000.2222, ShareOfSite: 0.162, ShareOfFeature: 0.02},
				{Code: "BHD02", Name: "小三峡国家级湿地自然公园", Class: "一般控制区", Overlap: 15000.1111, ShareOfSite: 0.1215, ShareOfFeature: 0.01}}},
		{Layer: geodata.Farmland, TitleZH: "永久基本农田", Status: overlap.NotChecked, Reason: "该图层没有现行版本。"},
		{Layer: geodata.Heritage, TitleZH: "世界自然遗产", Ref: "500237.heritage@2021", Status: overlap.NotConcerned, Distance: &near},
	}
	r.Combinations = []overlap.Combination{{All: []string{"red-line", "protected-area:核心保护区"}, TitleZH: "生态保护红线与自然保护地核心保护区", Area: 20000.2222},
		{All: []string{"red-line"}, TitleZH: "生态保护红线内、自然保护地核心保护区外", Area: 25677.90125}}
	r.Townships = []overlap.TownshipPart{
		{Code: "500237101", Name: "大昌镇", Site: 61728.3947, Overlap: map[geodata.LayerKey]geodata.Area{geodata.RedLine: 22839.0617, geodata.ProtectedArea: 30000.3333}},
		{Code: "500237105", Name: "双龙镇", Site: 61728.3948, Overlap: map[geodata.LayerKey]geodata.Area{geodata.RedLine: 22839.0617}}}
	r.MultiplyCovered = 0.0004
	r.Verdict = overlap.Verdict{Outcome: rule.Review, Choices: map[string]string{"activity": core},
		Rules: []rule.Finding{
			{ID: "red-line-core", Layer: "red-line", Outcome: rule.Review, Basis: "自然资发〔2022〕142号", Verified: true,
				Text: "生态保护红线内自然保护地核心保护区外，禁止开发性、生产性建设活动，在符合法律法规的前提下，仅允许以下对生态功能不造成破坏的有限人为活动。",
				Question: &rule.Question{Key: "activity", Ask: "属于哪一类允许的有限人为活动？", Answer: core, Options: []rule.Option{
					{Value: "A", Label: "必须且无法避让、符合县级以上国土空间规划的线性基础设施、通讯和防洪、供水设施建设和船舶航行、航道疏浚清淤等活动", Verified: true},
					{Value: "B", Label: "依据县级以上国土空间规划和生态保护修复专项规划开展的生态修复"}}}},
			{ID: "protected-core", Layer: "protected-area", Outcome: rule.Prohibited, Basis: "自然保护区条例（国务院令第830号）", Text: "核心保护区原则上禁止人为活动。",
				Question: &rule.Question{Key: "case", Ask: "是否国家重大项目？", Options: []rule.Option{{Value: "yes", Label: "是"}, {Value: "no", Label: "否"}}}}},
		Sentences: []string{"项目用地涉及生态保护红线，符合生态保护红线内自然保护地核心保护区外，允许的有限人为活动中的线性基础设施类型；涉及生态保护红线面积4.5678公顷。"}}
	r.Versions = []overlap.VersionUsed{{Ref: "500237.red-line@2022", Digest: strings.Repeat("01", 32), Schematic: true},
		{Ref: "500237.protected-area@2021", Digest: strings.Repeat("23", 32)}, {Ref: "500237.township@2023", Digest: strings.Repeat("45", 32)}}
	return r
}

func square(e, n, w, h float64) orb.Ring {
	return orb.Ring{{e, n}, {e, n + h}, {e + w, n + h}, {e + w, n}, {e, n}}
}

// document is what the check's report is made from: a square with a hole, and a
// circle of many points.
//
//	┌───────┐
//	│ ┌─┐   │    ( 72 points )
//	│ └─┘   │
//	└───────┘
func document(t *testing.T, r *overlap.Report) CheckDocument {
	t.Helper()
	_, check, err := ReadChecks(encode(t, r))
	if err != nil {
		t.Fatal(err)
	}
	var circle orb.Ring
	for i := range 73 {
		sin, cos := math.Sincos(float64(i%72) * math.Pi / 36)
		circle = append(circle, orb.Point{457700 + 100*cos, 3443200 + 100*sin})
	}
	site := orb.MultiPolygon{{square(457200, 3443100, 300, 200), square(457300, 3443180, 50, 40)}, {circle}}
	return CheckDocument{Check: check, Plane: "CGCS2000 / 3-degree Gauss-Kruger CM 111E", VerifyURL: "http://192.0.2.7:8080/verify/",
		Letterhead: Letterhead{Bureau: "巫山县规划和自然资源局"},
		Colours:    map[geodata.LayerKey]figure.Colour{geodata.RedLine: {Fill: "#d62728", Line: "#a50f15"}, geodata.ProtectedArea: {Fill: "#009e73", Line: "#00664b"}},
		Picture: &overlap.Picture{SRID: 4546, Site: site, Axis: orb.MultiLineString{{{457000, 3443000}, {457350, 3443200}, {457900, 3443250}}},
			Layers: []overlap.PictureLayer{
				{Layer: geodata.Township, TitleZH: "乡镇（街道）", Features: []overlap.PictureFeature{
					{Name: "大昌镇", Geometry: orb.MultiPolygon{{square(456000, 3442000, 1600, 2400)}}}, {Name: "双龙镇", Geometry: orb.MultiPolygon{{square(457600, 3442000, 1600, 2400)}}}}},
				{Layer: geodata.RedLine, TitleZH: "生态保护红线", Features: []overlap.PictureFeature{{Name: "五里坡", Geometry: orb.MultiPolygon{{square(456000, 3442000, 1300, 2400)}}}}},
				{Layer: geodata.ProtectedArea, TitleZH: "自然保护地", Features: []overlap.PictureFeature{{Name: "小三峡国家级湿地自然公园", Geometry: orb.MultiPolygon{{square(457650, 3443220, 900, 900)}}}}}},
			Pieces: []overlap.Piece{{Layer: geodata.RedLine, Geometry: orb.MultiPolygon{{square(457200, 3443100, 100, 200)}}}}}}
}

func toPDF(t *testing.T, doc CheckDocument) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := CheckPDF(&b, doc); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// readBack gives a PDF's text as poppler reads it.
func readBack(t *testing.T, data []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "report.pdf")
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	if folder := os.Getenv("HONGXIAN_LOOK"); folder != "" {
		if err := os.WriteFile(filepath.Join(folder, t.Name()+".pdf"), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	out, err := exec.Command("pdftotext", "-layout", path, "-").CombinedOutput()
	if err != nil {
		t.Fatalf("pdftotext: %v: %s", err, out)
	}
	if strings.Contains(string(out), "Error") {
		t.Errorf("poppler complains: %.300s", out)
	}
	return string(out)
}

// plain takes the blanks out: poppler puts some between characters and lines.
func plain(s string) string { return regexp.MustCompile(`\s+`).ReplaceAllString(s, "") }

func TestCheckPDF(t *testing.T) {
	doc := document(t, fullSample())
	data := toPDF(t, doc)
	if !bytes.Equal(data, toPDF(t, doc)) {
		t.Error("equal documents gave different bytes")
	}
	whole := plain(readBack(t, data))
	at := 0
	for _, heading := range []string{"一、基本信息", "二、数据与版本", "三、坐标系与面积口径", "四、总表", "五、分图层明细", "六、组合", "七、乡镇分布",
		"八、细碎图斑说明", "九、规则与待定事项", "十、结论用语", "十一、附图", "十二、附坐标", "十三、报告查验"} {
		i := strings.Index(whole[at:], heading)
		if i < 0 {
			t.Fatalf("%s is missing or out of order", heading)
		}
		at += i
	}
	for what, want := range map[string]string{
		"bureau": "巫山县规划和自然资源局", "code": Code(doc.Check.Id), "rare character": "䶮口站",
		"site area": "123456.79平方米（12.3457公顷，185.19亩）", "red line": "45678.12", "hectares": "4.5678", "mu": "68.52",
		"not checked": "该图层没有现行版本。", "distance": "距最近图斑1234.6米", "crossing": "345.678", "entry": "109.12345678，31.12345678",
		"sum of features that overlap": "35000.33", "union beside it": "图层重叠面积（并集，不重复计算）", "quad_segs": "quad_segs=64",
		"measure": "每平方公里可能相差不超过0.02平方米", "unverified": "【待核】", "open": "待定事项（待定）：是否国家重大项目？", "chosen": "☑必须且无法避让",
		"sentence": "涉及生态保护红线面积4.5678公顷。", "point": "J1", "axis": "Z33443250.000457900.000", "coordinates": "3443100.000457200.000", "pages": "第1页共", "schematic": "示意数据",
		"secrecy": "密级：", "map number": "审图号：", "sign": "经办", "check": "审核", "time": "2026年11月23日08:30:00（北京时间）", "link": "http://192.0.2.7:8080/verify/"} {
		if !strings.Contains(whole, plain(want)) {
			t.Errorf("%s: %s is missing", what, want)
		}
	}
	for i := range 4 + 4 + 72 {
		if !strings.Contains(whole, fmt.Sprintf("J%d", i+1)) {
			t.Errorf("boundary point J%d is missing", i+1)
		}
	}
}

// Every page carries the mark of schematic data, its number and the code.
func TestEveryPageIsMarked(t *testing.T) {
	doc := document(t, fullSample())
	pages := strings.Split(strings.TrimSuffix(readBack(t, toPDF(t, doc)), "\f"), "\f")
	for i, page := range pages {
		p := plain(page)
		for _, want := range []string{fmt.Sprintf("第%d页共%d页", i+1, len(pages)), "【示意数据】", Code(doc.Check.Id)} {
			if !strings.Contains(p, want) {
				t.Errorf("page %d: %s is missing", i+1, want)
			}
		}
	}
	real := fullSample()
	real.Schematic = false
	for i := range real.Versions {
		real.Versions[i].Schematic = false
	}
	if strings.Contains(plain(readBack(t, toPDF(t, document(t, real)))), "示意数据") {
		t.Error("a report of real data is marked schematic")
	}
}

// Printed townships add up to the printed site, the moved digit is marked.
func TestPrintedTownshipsClose(t *testing.T) {
	r := fullSample()
	r.Site.Area, r.MultiplyCovered = 100, 0
	r.Townships = nil
	for i := range 3 {
		part := geodata.Area(33.3333)
		if i == 2 {
			part = 33.3334
		}
		r.Townships = append(r.Townships, overlap.TownshipPart{Code: fmt.Sprintf("50023710%d", i), Name: "镇", Site: part})
	}
	whole := readBack(t, toPDF(t, document(t, r)))
	if got := strings.Count(whole, "33.33 ") + strings.Count(whole, "33.34*"); got != 3 || !strings.Contains(whole, "33.34*") {
		t.Errorf("the townships print as\n%s", whole)
	}
	r.Outside = 5
	if err := CheckPDF(&bytes.Buffer{}, document(t, r)); err == nil {
		t.Error("townships that do not close were printed")
	}
}

// Long texts are broken, rows move on whole, heads are repeated, nothing is lost.
func TestLongTables(t *testing.T) {
	r := fullSample()
	l := &r.Layers[1]
	l.Features, l.Overlap = nil, 0
	for i := range 200 {
		l.Features = append(l.Features, overlap.FeatureOverlap{Code: fmt.Sprintf("CODE%04d%s", i, strings.Repeat("X", 40)), Name: fmt.Sprintf("图斑%d", i), Overlap: 1.005})
		l.Overlap += 1.005
	}
	r.Site.Name = strings.Repeat("很长的名称", 600)
	r.Verdict.Rules[0].Text = strings.Repeat("条文，", 3000)
	whole := readBack(t, toPDF(t, document(t, r)))
	if got := strings.Count(plain(whole), "条文，"); got != 3000 {
		t.Errorf("%d of 3000 pieces of a long text", got)
	}
	for i := range 200 {
		if !strings.Contains(plain(whole), fmt.Sprintf("图斑%d", i)) {
			t.Errorf("feature %d is missing", i)
		}
	}
	if got := strings.Count(plain(whole), "占图斑%"); got < 6 {
		t.Errorf("the table's head is repeated %d times", got)
	}
}

func TestManyPointsAreCounted(t *testing.T) {
	doc := document(t, fullSample())
	var ring orb.Ring
	for i := range mostPoints + 2 {
		sin, cos := math.Sincos(float64(i%(mostPoints+1)) * 2 * math.Pi / (mostPoints + 1))
		ring = append(ring, orb.Point{457700 + 100*cos, 3443200 + 100*sin})
	}
	doc.Picture.Site = orb.MultiPolygon{{ring}}
	if whole := plain(readBack(t, toPDF(t, doc))); !strings.Contains(whole, fmt.Sprintf("地块有%d个界址点", mostPoints+1)) {
		t.Error("the number of points is not said")
	}
}

// Reports are written side by side from the same fonts.
func TestReportsSideBySide(t *testing.T) {
	doc := document(t, fullSample())
	want := toPDF(t, doc)
	var all errgroup.Group
	for range 4 {
		all.Go(func() error {
			var b bytes.Buffer
			if err := CheckPDF(&b, doc); err != nil {
				return err
			}
			if !bytes.Equal(b.Bytes(), want) {
				return errors.New("the bytes differ")
			}
			return nil
		})
	}
	if err := all.Wait(); err != nil {
		t.Error(err)
	}
}

func TestParcelsOfTheWhole(t *testing.T) {
	doc := document(t, fullSample())
	doc.Parcels = []openapi.Check{doc.Check, doc.Check}
	doc.Parcels[1].Id, doc.Parcels[1].Site.Name = strings.Repeat("12", 32), "二号地块"
	whole := plain(readBack(t, toPDF(t, doc)))
	for _, want := range []string{"各地块（共2个", "二号地块", "生态保护红", "线、自然保护"} {
		if !strings.Contains(whole, want) {
			t.Errorf("%s is missing", want)
		}
	}
}

// Without map and coordinates the report says so.
func TestWithoutPicture(t *testing.T) {
	doc := document(t, sample())
	doc.Picture = nil
	whole := plain(readBack(t, toPDF(t, doc)))
	for _, want := range []string{"本报告未附图。", "本报告未附坐标。", "本次核查未计算组合。", "本次核查没有适用的规则。", "合计"} {
		if !strings.Contains(whole, want) {
			t.Errorf("%s is missing", want)
		}
	}
}

func TestSumOf(t *testing.T) {
	if got := sumOf([]string{"0.10", "0.20"}, "0.30"); got != "0.30" {
		t.Errorf("got %s", got)
	}
	if got := sumOf([]string{"0.10", "0.20"}, "0.31"); got != dash {
		t.Errorf("a sum that does not add up is printed: %s", got)
	}
}

func TestChineseNumber(t *testing.T) {
	for n, want := range map[int]string{1: "一", 10: "十", 13: "十三", 20: "二十", 21: "二十一", 99: "九十九"} {
		if got := chineseNumber(n); got != want {
			t.Errorf("%d is %s", n, got)
		}
	}
}
