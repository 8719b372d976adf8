package office

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/paulmach/orb"

	"hongxian/geodata"
	"hongxian/internal/openapi"
	"hongxian/internal/overlap"
	"hongxian/internal/report"
)

func ptr[T any](v T) *T { return &v }

// sample is a check with everything a document can hold: all three answers,
// slivers, features that overlap each other, crossings, combinations, open and
// answered questions, hostile names, and areas whose roundings do not add up.
func sample() Paper {
	third := 41152.2636 // three of them and 0.0003 make 123456.7911
	c := openapi.Check{
		Id: strings.Repeat("ab", 32), CreatedAt: time.Date(2026, 11, 23, 17, 30, 0, 0, time.UTC), Schematic: true,
		County: openapi.County{Code: "500237", Name: "巫山县"},
		Site: openapi.CheckSite{Name: "大昌<游客>中心 & 码头", AreaM2: 123456.7911, PlaneAreaM2: 123491.5, Crs: "EPSG:4546", Digest: strings.Repeat("cd", 32),
			Findings: []string{"第 3 点与第 4 点重合，已合并。"}, Form: openapi.CheckSiteFormCorridor, BufferM: ptr(50.0), LengthM: ptr(2468.123)},
		Tolerance: openapi.CheckTolerance{AreaM2: 1, WidthM: 0.02},
		Layers: []openapi.CheckLayer{
			{Layer: "red-line", Title: "生态保护红线", Ref: ptr("500237.red-line@2022"), Status: openapi.CheckStatusConcerned, OverlapM2: 45678.1235, ShareOfSite: 0.369992, SliverM2: 0.5,
				Features: []openapi.CheckFeature{
					{Code: "HX001", Name: "五里坡", Class: "生物多样性维护", OverlapM2: 45677.1185, ShareOfSite: 0.369988, ShareOfFeature: 0.0001,
						Crossings: &[]openapi.CheckCrossing{{LengthM: 913.25, Entry: openapi.Position{109.87, 31.07}, Exit: openapi.Position{109.88, 31.075}}}},
					{Code: "-HX002", Name: "=cmd|' /C calc'!A0", Class: "水土保持", OverlapM2: 0.5025, ShareOfSite: 4.05e-6, ShareOfFeature: 1e-9, SliverM2: 0.5},
					{Code: "HX003", Name: "长江\x1b[31m干流", Class: "水土保持", OverlapM2: 0.5025, ShareOfSite: 4.05e-6, ShareOfFeature: 1e-9},
				}},
			{Layer: "protected-area", Title: "自然保护地", Ref: ptr("500237.protected-area@2023"), Status: openapi.CheckStatusConcerned, OverlapM2: 2000, ShareOfSite: 0.0162,
				Features: []openapi.CheckFeature{
					{Code: "BH01", Name: "五里坡国家级自然保护区", Class: "核心保护区", OverlapM2: 1500, ShareOfSite: 0.01215, ShareOfFeature: 0.00002},
					{Code: "BH02", Name: "小三峡国家级湿地自然公园", Class: "一般控制区", OverlapM2: 1200, ShareOfSite: 0.00972, ShareOfFeature: 0.0004},
				}},
			{Layer: "heritage", Title: "世界自然遗产", Ref: ptr("500237.heritage@2021"), Status: openapi.CheckStatusNotConcerned, DistanceM: ptr(1234.568)},
			{Layer: "farmland", Title: "永久基本农田", Status: openapi.CheckStatusNotChecked, Reason: ptr("该图层没有现行版本。")},
		},
		Combinations: &[]openapi.CheckCombination{{All: []string{"red-line", "protected-area:核心保护区"}, Title: "生态保护红线内的自然保护地核心保护区", AreaM2: 1500}},
		Townships: []openapi.CheckTownship{
			{Code: "500237101", Name: "大昌镇", SiteM2: third, OverlapM2: map[string]float64{"red-line": 40000.005, "protected-area": 2000}},
			{Code: "500237207", Name: "双龙镇", SiteM2: third, OverlapM2: map[string]float64{"red-line": 5678.1135}},
			{Code: "500237208", Name: "两坪乡", SiteM2: third, OverlapM2: map[string]float64{"red-line": 0.005}},
		},
		OutsideM2: 0.0103, MultiplyCoveredM2: 0.01,
		Verdict: openapi.CheckVerdict{Outcome: openapi.CheckOutcomeReview,
			Rules: []openapi.CheckRule{
				{Id: "red-line-activity", Layer: "red-line", Outcome: openapi.CheckOutcomeReview, Basis: "自然资发〔2022〕142号", Verified: true,
					Text: "生态保护红线内自然保护地核心保护区外，禁止开发性、生产性建设活动，在符合法律法规的前提下，仅允许对生态功能不造成破坏的有限人为活动。",
					Question: &openapi.CheckQuestion{Key: "red_line_case", Ask: "项目属于哪一类允许的有限人为活动？", Options: []openapi.CheckOption{
						{Value: "6", Label: "必须且无法避让、符合县级以上国土空间规划的线性基础设施、通讯和防洪、供水设施建设", Verified: true},
						{Value: "8", Label: "生态修复", Verified: false}}}},
				{Id: "protected-core", Layer: "protected-area", Outcome: openapi.CheckOutcomeProhibited, Basis: "自然保护区条例", Verified: false, Text: "核心保护区原则上禁止人为活动。",
					Question: &openapi.CheckQuestion{Key: "core", Ask: "是否属于核心保护区内允许的例外？", Answer: ptr("no"), Options: []openapi.CheckOption{{Value: "yes", Label: "是", Verified: true}, {Value: "no", Label: "否", Verified: true}}}},
			},
			Sentences: []string{"项目用地涉及生态保护红线，面积 4.5678 公顷。", "世界自然遗产：不涉及。"}},
		Versions: []openapi.CheckVersion{{Ref: "500237.red-line@2022", Digest: strings.Repeat("01", 32), Schematic: true},
			{Ref: "500237.township@2023", Digest: strings.Repeat("02", 32), Schematic: true}},
	}
	ring := orb.Ring{{401000.25, 3441000.125}, {400850.5, 3442300.375}, {402100.875, 3442850.625}, {403050.125, 3442050.75}, {402500.625, 3440950.875}, {401000.25, 3441000.125}}
	hole := orb.Ring{{401500, 3441600}, {401900, 3441600}, {401900, 3442000}, {401500, 3442000}, {401500, 3441600}}
	return Paper{Check: c, Letterhead: "巫山县规划和自然资源局", Number: "HX-2026-000123", Code: "7K3M-9Q2P", VerifyAt: "hongxian verify 7K3M-9Q2P", Program: "hongxian 0.3",
		Figure: figure(), Picture: &overlap.Picture{SRID: 4546, Site: orb.MultiPolygon{{ring, hole}},
			Pieces: []overlap.Piece{{Layer: geodata.RedLine, Code: "HX001", Name: "五里坡", Area: 45677.1185, Geometry: orb.MultiPolygon{{ring}}}}}}
}

// unitSample is sample with a rule that prints a unit's access list; its texts are
// made up (示例).
func unitSample() Paper {
	p := sample()
	p.Check.Layers = append(p.Check.Layers, openapi.CheckLayer{Layer: "control-unit", Title: "环境管控单元", Status: openapi.CheckStatusConcerned, OverlapM2: 100000, ShareOfSite: 0.81,
		Features: []openapi.CheckFeature{{Code: "U1", Name: "一号单元", Class: "重点管控单元", OverlapM2: 100000, ShareOfSite: 0.81}}})
	requirements := []openapi.CheckRequirement{
		{Level: "全市", Group: "空间布局约束", Text: "示例：不新建码头。", Entered: true, Verified: true, Basis: ptr("示例文件"), Source: ptr("测试")},
		{Level: "全市", Group: "环境风险防控", Text: "示例：编制预案。", Entered: true, Basis: ptr("示例文件"), Source: ptr("测试")}}
	for _, level := range []string{"区县", "单元"} {
		for _, group := range []string{"空间布局约束", "环境风险防控"} {
			requirements = append(requirements, openapi.CheckRequirement{Level: level, Group: group, Text: "待录入"})
		}
	}
	p.Check.Verdict.Rules = append(p.Check.Verdict.Rules, openapi.CheckRule{Id: "control-unit", Layer: "control-unit", Outcome: openapi.CheckOutcomeClear, Basis: "准入清单",
		Text: "环境管控单元U1一号单元。", Unit: ptr("U1"), Requirements: &requirements,
		Question: &openapi.CheckQuestion{Key: "conclusion", Ask: "结论是什么？", Answer: ptr("符合"), Options: []openapi.CheckOption{{Value: "符合", Label: "符合", Verified: true}}}})
	return p
}

// figure stands in for the map.
func figure() []byte {
	img := image.NewRGBA(image.Rect(0, 0, 720, 480))
	for y := range 480 {
		for x := range 720 {
			img.Set(x, y, color.RGBA{uint8(200 + x%40), uint8(210 + y%30), 220, 255})
		}
	}
	var b bytes.Buffer
	_ = png.Encode(&b, img)
	return b.Bytes()
}

func document(t *testing.T, write func(io.Writer, Paper) error, p Paper) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := write(&b, p); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// printed is the text of a document after LibreOffice made a PDF of it. With
// HONGXIAN_LOOK set to a folder, the PDF is kept there to be looked at.
func printed(t *testing.T, name string, body []byte) string {
	t.Helper()
	dir := t.TempDir()
	file := filepath.Join(dir, name)
	if err := os.WriteFile(file, body, 0o644); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command("soffice", "-env:UserInstallation=file://"+dir+"/profile", "--headless", "--convert-to", "pdf", "--outdir", dir, file).CombinedOutput()
	if err != nil {
		t.Fatalf("LibreOffice (packages libreoffice-writer-nogui, libreoffice-calc-nogui): %v\n%s", err, out)
	}
	pdf := strings.TrimSuffix(file, filepath.Ext(file)) + ".pdf"
	if keep := os.Getenv("HONGXIAN_LOOK"); keep != "" {
		made, err := os.ReadFile(pdf)
		if err == nil {
			err = os.WriteFile(filepath.Join(keep, name+".pdf"), made, 0o644)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	text, err := exec.Command("pdftotext", "-layout", pdf, "-").Output()
	if err != nil {
		t.Fatalf("pdftotext: %v\n%s", err, out)
	}
	return string(text)
}

// mustHold compares without blanks: where pdftotext sees them is chance.
func mustHold(t *testing.T, text string, wanted ...string) {
	t.Helper()
	text = strings.ReplaceAll(text, " ", "")
	for _, w := range wanted {
		if !strings.Contains(text, strings.ReplaceAll(w, " ", "")) {
			t.Errorf("%q is missing", w)
		}
	}
}

// wellFormed reads every XML part of a package to its end.
func wellFormed(t *testing.T, body []byte) map[string]string {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(body), int64(len(body)))
	if err != nil {
		t.Fatal(err)
	}
	parts := map[string]string{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		parts[f.Name] = string(content)
		if strings.HasSuffix(f.Name, ".png") {
			continue
		}
		d := xml.NewDecoder(bytes.NewReader(content))
		for err = error(nil); err == nil; {
			_, err = d.Token()
		}
		if !errors.Is(err, io.EOF) {
			t.Errorf("%s: %v", f.Name, err)
		}
	}
	return parts
}

func TestBalance(t *testing.T) {
	made := func(k kind, total float64, want string, parts ...float64) {
		t.Helper()
		cells, err := balance(k, total, parts)
		got := ""
		for _, c := range cells {
			got += " " + c.marked()
		}
		if err != nil || got != " "+want {
			t.Errorf("%v of %v: %v, want %s; %v", parts, total, got, want, err)
		}
	}
	made(squareMetres, 1, "0.34* 0.33 0.33", 1.0/3, 1.0/3, 1.0/3)
	made(hectares, 15000, "0.5000 0.5000 0.5000", 5000.4, 4999.8, 4999.8)
	made(mu, 20, "0.01 0.01 0.01", 6.6667, 6.6667, 6.6667)
	made(squareMetres, 5.008, "6.00 -0.99*", 6.003, -0.995)
	if cells, err := balance(squareMetres, 10, []float64{5, 4.995}); err == nil {
		t.Errorf("a table that lacks 0.005 m² was printed: %v", cells)
	}
}

// A layer beyond the townships, or under two of them, has what is left over in a
// row of its own; one that the townships make up has nothing there.
func TestLayerInTownships(t *testing.T) {
	column := func(want string, total float64, parts ...float64) {
		t.Helper()
		var ts []openapi.CheckTownship
		for _, p := range parts {
			ts = append(ts, openapi.CheckTownship{OverlapM2: map[string]float64{"red-line": p}})
		}
		cells, err := layerColumn(ts, openapi.CheckLayer{Layer: "red-line", OverlapM2: total})
		got := ""
		for _, c := range cells {
			got += " " + c.marked()
		}
		if err != nil || got != " "+want {
			t.Errorf("%v of %v:%s, want %s; %v", parts, total, got, want, err)
		}
	}
	column("10.01* 5.00 0.00 0.00 15.01", 15.008, 10.004, 5.004)
	column("10.00 5.00 2.01 0.00 17.01", 17.008, 10.004, 5.004)
	column("10.00 5.00 0.00 -2.00 13.00", 13, 10.004, 5.004)
}

func TestCheckDOCX(t *testing.T) {
	body := document(t, CheckDOCX, sample())
	if !bytes.Equal(body, document(t, CheckDOCX, sample())) {
		t.Error("equal papers gave different bytes")
	}
	parts := wellFormed(t, body)
	mustHold(t, parts["docProps/custom.xml"], `name="hongxian-check-id"><vt:lpwstr>`+strings.Repeat("ab", 32))
	mustHold(t, parts["word/styles.xml"], `w:eastAsia="仿宋"`, `w:eastAsia="黑体"`, `w:eastAsia="宋体"`, `w:ascii="Times New Roman"`)
	mustHold(t, parts["word/document.xml"], "<w:tblHeader/>", "<w:cantSplit/>", "descr=\"位置与重叠示意图：大昌&lt;游客&gt;中心 &amp; 码头（示意数据）\"", "大昌&lt;游客&gt;中心 &amp; 码头")
	mustHold(t, parts["word/footer1.xml"], "PAGE", "NUMPAGES", "7K3M-9Q2P")
	mustHold(t, parts["word/header1.xml"], "示意数据")
	text := printed(t, "check.docx", body)
	mustHold(t, text, "密级", "审图号", "一、基本信息", "二、数据与版本", "三、坐标系与面积口径", "四、总表", "五、分图层明细", "六、叠加组合", "七、乡镇分布",
		"八、细碎图斑说明", "九、规则与待定事项", "十、结论用语", "十一、附图", "十二、附坐标", "123456.79", "12.3457", "185.19", "【待核】", "☐ 必须且无法避让",
		"☑ 否", "经办：", "审核：", "第 1 页 共", "3442300.375", "末位经平差", "该图层图斑互相重叠")
	inOrder(t, text, "一、基本信息", "四、总表", "七、乡镇分布", "十、结论用语", "十二、附坐标")
	if strings.Contains(text, "\x1b") {
		t.Error("a control character was printed")
	}
}

func TestAccessListDOCX(t *testing.T) {
	text := printed(t, "access-list.docx", document(t, CheckDOCX, unitSample()))
	mustHold(t, text, "准入清单：U1 一号单元（重点管控单元），涉及10.0000公顷", "81.0000%", "管控要求层级", "项目相关情况", "示例：不新建码头。", "（依据",
		"示例：编制预案。【待核】", "空间布局约束、", "待录入", "本单元符合性结论（由人工判断）")
	inOrder(t, text, "九、规则与待定事项", "准入清单：U1", "不新建码头", "待录入", "待定事项 1：", "十、结论用语")
	if strings.Contains(printed(t, "without.docx", document(t, CheckDOCX, sample())), "准入清单") {
		t.Error("a list is printed that is not there")
	}
}

func inOrder(t *testing.T, text string, marks ...string) {
	t.Helper()
	at := -1
	for _, m := range marks {
		i := strings.Index(text, m)
		if i < at {
			t.Errorf("%s stands too early", m)
		}
		at = i
	}
}

// A printed or saved report leads back to its check.
func TestDocumentsCarryTheirCheck(t *testing.T) {
	for name, write := range map[string]func(io.Writer, Paper) error{"DOCX": CheckDOCX, "XLSX": CheckXLSX} {
		id, err := report.FindCode(bytes.NewReader(document(t, write, sample())))
		if err != nil || id != sample().Check.Id {
			t.Errorf("%s: %q %v", name, id, err)
		}
	}
}

// The least a paper can hold: nothing concerned, no figure, no picture.
func TestBarePapers(t *testing.T) {
	p := sample()
	p = Paper{Check: p.Check}
	p.Check.Schematic = false
	p.Check.Layers, p.Check.Combinations, p.Check.Versions, p.Check.Verdict.Rules = p.Check.Layers[2:], nil, nil, nil
	text := printed(t, "bare.docx", document(t, CheckDOCX, p))
	mustHold(t, text, "没有涉及的图层。", "本次核查未计算叠加组合。", "本次输出未附图。", "本次输出未附坐标。", "未核查")
	if strings.Contains(text, "示意数据】") {
		t.Error("real data are marked as schematic")
	}
	document(t, CheckXLSX, p)
}

// A check that does not close is no document.
func TestDocumentsRefuseWhatDoesNotClose(t *testing.T) {
	refused := func(what string, spoil func(*openapi.Check)) {
		t.Helper()
		p := sample()
		spoil(&p.Check)
		for _, write := range []func(io.Writer, Paper) error{CheckDOCX, CheckXLSX} {
			if err := write(io.Discard, p); err == nil {
				t.Errorf("%s was printed", what)
			}
		}
	}
	refused("a township too many", func(c *openapi.Check) { c.Townships = append(c.Townships, c.Townships[0]) })
	refused("a site too large", func(c *openapi.Check) { c.Site.AreaM2++ })
	p := sample()
	p.Figure = []byte("no PNG")
	if err := CheckDOCX(io.Discard, p); err == nil {
		t.Error("a figure that is no PNG was taken")
	}
}

func parcelsOf(n int) func(func(SetRow, error) bool) {
	return func(yield func(SetRow, error) bool) {
		for i := range n {
			c := sample().Check
			c.Id = fmt.Sprintf("%064x", i)
			r := SetRow{Number: i + 1, Code: fmt.Sprintf("DK%05d", i+1), Name: "=地块", Check: &c}
			if i%9 == 8 {
				r.Check, r.Reason = nil, "项目未落图，未核查。"
			}
			if !yield(r, nil) {
				return
			}
		}
	}
}

// Many townships and layers: tables stay within the page, headers repeat.
func TestManyTownships(t *testing.T) {
	p := sample()
	c := &p.Check
	c.Townships, c.OutsideM2, c.MultiplyCoveredM2 = nil, 0, 0
	for i := range 26 {
		c.Townships = append(c.Townships, openapi.CheckTownship{Code: fmt.Sprint(500237100 + i), Name: "示例乡", SiteM2: 1000.0049, OverlapM2: map[string]float64{}})
	}
	c.Site.AreaM2 = 26000.1274
	for i := range 7 {
		l := openapi.CheckLayer{Layer: fmt.Sprint("layer-", i), Title: "城镇开发边界", Status: openapi.CheckStatusConcerned, OverlapM2: 2600,
			Features: []openapi.CheckFeature{{Code: "1", Name: "一", OverlapM2: 2600}}}
		for _, m := range c.Townships {
			m.OverlapM2[l.Layer] = 100
		}
		c.Layers = append(c.Layers, l)
	}
	for i := range c.Layers[:2] {
		c.Layers[i].Status = openapi.CheckStatusNotChecked
	}
	p.Parcels = []openapi.Check{sample().Check, sample().Check}
	text := printed(t, "many.docx", document(t, CheckDOCX, p))
	mustHold(t, text, "500237125", "26000.13", "各地块")
	if n := strings.Count(strings.ReplaceAll(text, " ", ""), "500237113"); n != 3 {
		t.Errorf("a township stands in %d tables, want the site's and two of layers", n)
	}
	f := opened(t, document(t, CheckXLSX, p))
	if f.GetSheetList()[3] != "地块" {
		t.Error(f.GetSheetList())
	}
}
