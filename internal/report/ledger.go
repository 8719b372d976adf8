package report

import (
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	openapi_types "github.com/oapi-codegen/runtime/types"

	"hongxian/geodata"
	"hongxian/internal/ledger"
	"hongxian/internal/openapi"
	"hongxian/internal/report/spreadsheet"
)

// LedgerEntry encodes an entry, with its history where that is given.
func LedgerEntry(e ledger.Entry, events []ledger.Event) openapi.LedgerEntry {
	out := openapi.LedgerEntry{Id: e.ID, Kind: openapi.LedgerKind(e.Kind), State: openapi.LedgerState(e.State), Layer: openapi.LayerKey(e.Layer), Title: e.Title,
		Source: openapi.LedgerEntrySource(e.Source), Record: optional(e.Record), AreaM2: e.Area.Rounded(), UnapprovedM2: e.Unapproved.Rounded(),
		Townships: []openapi.OverlapsTownship{}, Office: e.Office, Deadline: dateOf(e.Deadline), Schematic: e.Schematic, Overdue: e.Overdue,
		CreatedAt: e.Created.UTC(), ChangedAt: e.Changed.UTC()}
	if e.Piece > 0 {
		out.Piece = &e.Piece
	}
	for _, t := range e.Townships {
		out.Townships = append(out.Townships, openapi.OverlapsTownship{Code: t.Code, Name: t.Name, AreaM2: t.Area.Rounded()})
	}
	if e.Point != nil {
		out.Point = &openapi.Position{e.Point[0], e.Point[1]}
	}
	if events == nil {
		return out
	}
	list := make([]openapi.LedgerEvent, 0, len(events))
	for _, v := range events {
		event := openapi.LedgerEvent{Number: v.Number, At: v.At.UTC(), Who: v.Who, To: openapi.LedgerState(v.To), Note: v.Note,
			Attachment: optional(v.Attachment), Sha256: optional(v.SHA256), Office: v.Office, Deadline: dateOf(v.Deadline)}
		if v.From != "" {
			from := openapi.LedgerState(v.From)
			event.From = &from
		}
		list = append(list, event)
	}
	out.Events = &list
	return out
}

// LedgerList encodes entries and the counts of the whole ledger.
func LedgerList(county openapi.County, entries []ledger.Entry, c ledger.Count) openapi.LedgerList {
	out := openapi.LedgerList{County: county, States: map[string]int{}, Overdue: c.Overdue, Entries: []openapi.LedgerEntry{}}
	for _, s := range ledger.States {
		out.States[string(s)] = c.ByState[s]
	}
	for _, e := range entries {
		out.Entries = append(out.Entries, LedgerEntry(e, nil))
	}
	return out
}

func dateOf(t *time.Time) *openapi_types.Date {
	if t == nil {
		return nil
	}
	return &openapi_types.Date{Time: *t}
}

func dayOf(t *time.Time) string {
	if t == nil {
		return ""
	}
	return t.Format(time.DateOnly)
}

// LedgerTable is the terminal's view of the ledger.
func LedgerTable(entries []ledger.Entry, c ledger.Count) string {
	var b strings.Builder
	b.WriteString("监管台账  Supervision ledger\n ")
	for _, s := range ledger.States {
		fmt.Fprintf(&b, " %s %s %d　", s.Chinese(), s, c.ByState[s])
	}
	fmt.Fprintf(&b, " 逾期 overdue %d\n", c.Overdue)
	g := newGrid(allLeft, "编号 no", "状态 state", "类型 kind", "图层 layer", "标题 title", "平方米 m²", "未批准 m²", "乡镇 township", "责任单位 office", "期限 deadline", "")
	for _, e := range entries {
		g.row(strconv.FormatInt(e.ID, 10), e.State.Chinese(), e.Kind.Chinese(), string(e.Layer), e.Title, e.Area.In(geodata.SquareMetre, 2),
			e.Unapproved.In(geodata.SquareMetre, 2), LedgerTownships(e), e.Office, dayOf(e.Deadline), strings.TrimSpace(overdueMark(e)+" "+mark(e.Schematic)))
	}
	section(&b, "条目 Entries", len(entries), g)
	return b.String()
}

// LedgerTownships names an entry's townships, the largest part first.
func LedgerTownships(e ledger.Entry) string {
	var names []string
	for _, t := range e.Townships {
		name := t.Name
		if t.Code == "" && name == "" {
			name = "乡镇范围外"
		}
		names = append(names, name)
	}
	return strings.Join(names, "、")
}

func overdueMark(e ledger.Entry) string {
	if e.Overdue {
		return "逾期"
	}
	return ""
}

// LedgerEntryTable is the terminal's view of an entry and its history.
func LedgerEntryTable(e ledger.Entry, events []ledger.Event) string {
	var b strings.Builder
	g := newGrid(allLeft, "编号 no", strconv.FormatInt(e.ID, 10))
	g.row("状态 state", strings.TrimSpace(e.State.Chinese()+" "+string(e.State)+" "+overdueMark(e)))
	g.row("类型 kind", e.Kind.Chinese()+" "+string(e.Kind))
	g.row("图层 layer", string(e.Layer))
	g.row("标题 title", e.Title)
	g.row("面积 area", threeUnits(float64(e.Area)))
	g.row("其中未批准 unapproved", threeUnits(float64(e.Unapproved)))
	for _, t := range e.Townships {
		g.row("乡镇 township", strings.TrimSpace(t.Name+" "+t.Code)+"  "+t.Area.In(geodata.SquareMetre, 2)+" m²")
	}
	g.row("责任单位 office", e.Office)
	g.row("期限 deadline", dayOf(e.Deadline))
	g.row("来源 from", strings.TrimSpace(fmt.Sprintf("%s %s %d", e.Source, e.Record, e.Piece)))
	if e.Schematic {
		g.row("数据 data", "示意数据 schematic")
	}
	g.write(&b)
	h := newGrid(allLeft, "序号 no", "时间 at", "办理人 who", "状态 state", "说明 note", "附件 attachment")
	for _, v := range events {
		move := v.To.Chinese()
		if v.From != "" && v.From != v.To {
			move = v.From.Chinese() + " → " + move
		}
		note := strings.TrimSpace(strings.ReplaceAll(v.Note, "\n", " ") + set("责任单位", v.Office) + set("期限", stringOf(v.Deadline)))
		h.row(strconv.Itoa(v.Number), v.At.In(beijing).Format("2006-01-02 15:04"), v.Who, move, note, strings.TrimSpace(v.Attachment+" "+v.SHA256))
	}
	section(&b, "办理记录 History", len(events), h)
	return b.String()
}

func set(what string, to *string) string {
	if to == nil {
		return ""
	}
	return " " + what + "：" + *to
}

func stringOf(t *time.Time) *string {
	if t == nil {
		return nil
	}
	s := dayOf(t)
	return &s
}

// LedgerCSV writes the ledger as CSV: BOM, CRLF, m² to 0.0001, no cell a formula.
func LedgerCSV(w io.Writer, entries []ledger.Entry) error {
	if _, err := io.WriteString(w, "\ufeff"); err != nil {
		return err
	}
	out := csv.NewWriter(w)
	out.UseCRLF = true
	rows := [][]string{{"编号", "状态", "类型", "图层", "标题", "面积(平方米)", "未批准(平方米)", "乡镇", "责任单位", "期限", "逾期", "来源", "来源编号", "图斑号", "登记时间", "更新时间", "数据性质"}}
	for _, e := range entries {
		rows = append(rows, []string{strconv.FormatInt(e.ID, 10), e.State.Chinese(), e.Kind.Chinese(), string(e.Layer), spreadsheet.Text(e.Title),
			decimals4(e.Area.Rounded()), decimals4(e.Unapproved.Rounded()), spreadsheet.Text(LedgerTownships(e)), spreadsheet.Text(e.Office), dayOf(e.Deadline), overdueMark(e),
			string(e.Source), e.Record, strconv.Itoa(e.Piece), e.Created.In(beijing).Format(time.DateTime), e.Changed.In(beijing).Format(time.DateTime), mark(e.Schematic)})
	}
	return out.WriteAll(rows)
}
