package office

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"
)

// CheckXLSX writes a kept check as a workbook: 总表, 分图斑, 乡镇分布, 坐标, 规则, 说明,
// and 地块 where there were several parcels. Figures are numbers, as printed; sums
// are formulas with their values beside. Equal papers give equal bytes. It fails
// when a table does not add up.
func CheckXLSX(w io.Writer, p Paper) error {
	c := p.Check
	b := newWorkbook(fmt.Sprintf("项目（地块）：%s　　查询编号：%s　　核查编号：%s", clean(c.Site.Name), p.number(), c.Id), c.Schematic, c.CreatedAt)
	b.property(checkIDProperty, c.Id)
	p.summarySheet(b)
	if err := p.featureSheet(b); err != nil {
		return fmt.Errorf("check %s as a workbook: %w", c.Id, err)
	}
	townships, err := p.townshipTable()
	if err != nil {
		return fmt.Errorf("check %s as a workbook: %w", c.Id, err)
	}
	b.tableSheet("乡镇分布", "乡镇分布", townships)
	if len(p.Parcels) > 0 {
		b.tableSheet("地块", "各地块", p.parcelTable())
	}
	p.coordinateSheet(b)
	p.ruleSheet(b)
	p.notesSheet(b)
	if b.err != nil {
		return fmt.Errorf("check %s as a workbook: %w", c.Id, b.err)
	}
	return b.writeOrdered(w)
}

func (t *table) titles() []string {
	var out []string
	for _, c := range t.columns {
		out = append(out, c.title)
	}
	return out
}

// characters are the columns' widths in a workbook: at least what their figures
// need.
func (t *table) characters() []float64 {
	var out []float64
	for _, c := range t.columns {
		wide := c.width / 1.5
		if c.kind != words {
			wide = max(wide, 14)
		}
		out = append(out, max(wide, 10))
	}
	return out
}

func (b *workbook) tableSheet(name, heading string, t table) {
	s := b.sheet(name, heading, t.titles(), t.characters())
	s.table(t)
	s.close()
}

func (p Paper) summarySheet(b *workbook) {
	t := p.summary()
	s := b.sheet("总表", title, t.titles(), t.characters())
	s.table(t)
	s.banner("", look{plain: true})
	s.banner("核查结论："+outcomes[p.Check.Verdict.Outcome], look{plain: true, bold: true})
	s.banner("地块椭球面积："+threeUnits(p.Check.Site.AreaM2), look{plain: true})
	if p.Check.Combinations != nil && len(*p.Check.Combinations) > 0 {
		combined := p.combinationTable()
		s.banner("", look{plain: true})
		s.header(combined.titles())
		s.table(combined)
	}
	s.close()
}

// featureSheet lists the features of every concerned layer, each layer with its
// sum, then where a corridor crosses them.
func (p Paper) featureSheet(b *workbook) error {
	heads := table{columns: featureColumns}
	s := b.sheet("分图斑", "分图层、分图斑明细", append([]string{"图层"}, heads.titles()...), append([]float64{18}, heads.characters()...))
	for _, l := range concerned(p.Check) {
		t, err := featureTable(l)
		if err != nil {
			return err
		}
		s.table(t, word(l.Title))
	}
	if len(concerned(p.Check)) == 0 {
		s.banner("没有涉及的图层。", look{plain: true})
	}
	for _, extra := range []struct {
		heading string
		t       table
	}{{"线路穿越", p.crossingTable()}, {"细碎图斑", p.sliverTable()}} {
		if len(extra.t.rows) > 0 {
			s.banner("", look{plain: true})
			s.banner(extra.heading, look{plain: true, bold: true})
			s.header(extra.t.titles())
			s.table(extra.t)
		}
	}
	s.close()
	return nil
}

// rowsOfASheet is how many lines a sheet can hold, less what stands above and
// below the coordinates.
const rowsOfASheet = 1_048_576 - 100

func (p Paper) coordinateSheet(b *workbook) {
	s := b.sheet("坐标", "界址点坐标", []string{"图形", "点号", "圈号", "X 坐标（北，米）", "Y 坐标（东，米）"}, []float64{44, 10, 8, 20, 20})
	outlines, notes := p.outlines()
	left := rowsOfASheet
	for _, o := range outlines {
		if len(o.points) > left {
			notes = append(notes, "界址点超出一张工作表的行数，未全部列出；全部坐标见 TXT 或 GeoPackage。")
			break
		}
		left -= len(o.points)
		for _, pt := range o.points {
			s.line([]cell{word(o.title), word(pt.Number), whole(pt.Ring), metre(pt.X), metre(pt.Y)}, false)
		}
	}
	for _, n := range notes {
		s.banner(n, look{plain: true})
	}
	s.close()
}

func (p Paper) ruleSheet(b *workbook) {
	t := p.ruleTable()
	s := b.sheet("规则", "规则与待定事项", t.titles(), []float64{18, 14, 34, 80})
	s.table(t)
	if len(t.rows) == 0 {
		s.banner("没有适用的规则，或本县配置未设规则。", look{plain: true})
	}
	for i, q := range p.questions() {
		s.banner("", look{plain: true})
		s.banner(fmt.Sprintf("待定事项 %d：%s", i+1, clean(q.Ask)), look{plain: true, bold: true})
		for _, o := range q.Options {
			s.banner(clean(option(q, o)), look{plain: true})
		}
		s.banner(clean(state(q)), look{plain: true})
	}
	s.banner("", look{plain: true})
	s.banner("结论用语", look{plain: true, bold: true})
	for _, sentence := range p.Check.Verdict.Sentences {
		s.banner(clean(sentence), look{plain: true})
	}
	if open := p.openQuestions(); open != "" {
		s.banner("下列事项尚待经办人选定，选定前结论用语不完整："+clean(open), look{plain: true, warning: true})
	}
	s.close()
}

func (p Paper) notesSheet(b *workbook) {
	s := b.sheet("说明", "基本信息与说明", []string{"项目", "内容"}, []float64{28, 96})
	for _, f := range append(p.facts(), [2]string{"密级", orBlank(p.Secrecy)}, [2]string{"审图号", orBlank(p.MapApproval)},
		[2]string{"出具单位", orBlank(p.Letterhead)}) {
		s.line([]cell{word(f[0]), word(f[1])}, false)
	}
	for _, r := range p.versionTable().rows {
		s.line([]cell{word("数据版本：" + r.cells[0].text), word(r.cells[1].text + "（" + r.cells[3].text + "）\nSHA-256 " + r.cells[2].text)}, false)
	}
	for i, m := range p.measure() {
		s.banner(fmt.Sprintf("%d. %s", i+1, m), look{plain: true})
	}
	s.banner("经办：____________　审核：____________　日期：______年___月___日", look{plain: true})
	s.close()
}

// writeOrdered writes the workbook with its entries in order of name and with one
// time: excelize orders streamed sheets by chance.
func (b *workbook) writeOrdered(w io.Writer) error {
	var raw bytes.Buffer
	b.file.SetZipWriter(func(w io.Writer) excelize.ZipWriter { return dated{zip.NewWriter(w)} })
	if err := b.file.Write(&raw, excelize.Options{}); err != nil {
		return fmt.Errorf("write workbook: %w", err)
	}
	defer b.file.Close()
	in, err := zip.NewReader(bytes.NewReader(raw.Bytes()), int64(raw.Len()))
	if err != nil {
		return fmt.Errorf("order workbook: %w", err)
	}
	slices.SortFunc(in.File, func(x, y *zip.File) int { return strings.Compare(x.Name, y.Name) })
	out := zip.NewWriter(w)
	for _, f := range in.File {
		write := out.Copy // as it is compressed
		if f.Name == contentTypes {
			write = func(f *zip.File) error { return orderTypes(out, f) }
		}
		if err := write(f); err != nil {
			return fmt.Errorf("order workbook: %w", err)
		}
	}
	return out.Close()
}

// contentTypes is the part that lists the others; excelize lists the kinds of
// pictures by chance, where a workbook has a drawing.
const contentTypes = "[Content_Types].xml"

var contentType = regexp.MustCompile(`<(?:Default|Override)\b[^>]*>(?:</(?:Default|Override)>)?`)

// orderTypes copies the list of parts with its entries in order.
func orderTypes(out *zip.Writer, f *zip.File) error {
	in, err := f.Open()
	if err != nil {
		return err
	}
	defer in.Close()
	text, err := io.ReadAll(in)
	if err != nil {
		return err
	}
	entries := contentType.FindAllString(string(text), -1)
	slices.Sort(entries)
	next := 0
	text = contentType.ReplaceAllFunc(text, func([]byte) []byte { next++; return []byte(entries[next-1]) })
	w, err := dated{out}.Create(f.Name)
	if err == nil {
		_, err = w.Write(text)
	}
	return err
}

// dated is a zip whose entries all have the first time that zip can express.
type dated struct{ *zip.Writer }

// Create begins an entry.
func (d dated) Create(name string) (io.Writer, error) {
	return d.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate, Modified: time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)})
}
