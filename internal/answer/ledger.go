package answer

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/paulmach/orb"

	"hongxian/geodata"
	"hongxian/internal/ledger"
	"hongxian/internal/openapi"
	"hongxian/internal/record"
	"hongxian/internal/report"
	"hongxian/internal/report/office"
	"hongxian/internal/report/pieces"
)

// LedgerFormats are the forms a ledger is exported in.
var LedgerFormats = []Format{
	{"xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
	{"csv", "text/csv; charset=utf-8"},
	{"json", "application/json"},
	{"geojson", "application/geo+json"},
}

// LedgerFormatOf finds a form by its key.
func LedgerFormatOf(key string) (Format, bool) { return formatIn(LedgerFormats, key) }

// Ledger (监管台账) fills the ledger from kept answers, and exports it.
type Ledger struct {
	*ledger.Book
	Counties  Counties
	Catalogue Guarded
	Records   Records
	// Illustrator draws where the pieces of a kept comparison are, Sites those of a check.
	Illustrator ChangeIllustrator
	Sites       Illustrator
}

// FromChange adds every piece that a kept comparison lost or reclassified. What is
// there already stays as it is: known counts it.
func (l *Ledger) FromChange(ctx context.Context, county, id, who string) (ids []int64, known int, err error) {
	kept, err := getChange(ctx, l.Records, county, id)
	if err != nil {
		return nil, 0, err
	}
	var c openapi.Change
	if err := json.Unmarshal(kept.Body, &c); err != nil {
		return nil, 0, fmt.Errorf("read kept change %s: %w", kept.ID, err)
	}
	entries := entriesOf(c)
	places, err := l.places(ctx, kept, c)
	if err != nil {
		return nil, 0, err
	}
	for i := range entries {
		entries[i].Place = places[entries[i].Piece]
	}
	return l.Add(ctx, kept.County, who, entries)
}

// places gives where the pieces of a kept comparison are, by number, EPSG:4490: the
// same versions compared again. Pieces that are drawn otherwise than they were kept
// (after an import of approvals, say) get no place rather than a wrong one.
func (l *Ledger) places(ctx context.Context, kept record.Kept, c openapi.Change) (map[int]orb.MultiPolygon, error) {
	var asked AskedChange
	if err := json.Unmarshal(kept.Inputs, &asked); err != nil {
		return nil, fmt.Errorf("read question of change %s: %w", kept.ID, err)
	}
	r, err := asked.Request()
	if err != nil {
		return nil, err
	}
	p, err := l.Illustrator.Illustrate(ctx, r, lonLat)
	if err != nil {
		return nil, fmt.Errorf("places of change %s: %w", kept.ID, err)
	}
	out := map[int]orb.MultiPolygon{}
	for i, piece := range p.Pieces {
		if len(p.Pieces) == len(c.Pieces) && piece.Number == c.Pieces[i].Number && int(piece.Kind) == int(c.Pieces[i].Kind) {
			out[piece.Number] = piece.Geometry
		}
	}
	return out, nil
}

// The numbers of WHLX that make entries.
const (
	reclassifiedPiece = 2
	lostPiece         = 3
)

// entriesOf are the entries that a comparison makes.
func entriesOf(c openapi.Change) []ledger.Entry {
	var out []ledger.Entry
	for _, p := range c.Pieces {
		e := ledger.Entry{Layer: geodata.LayerKey(c.Layer), Source: ledger.FromChange, Record: c.Id, Piece: p.Number, Schematic: c.Schematic,
			Area: geodata.Area(p.AreaM2), Unapproved: geodata.Area(p.UnapprovedM2)}
		switch p.Kind {
		case lostPiece:
			e.Kind = ledger.Lost
		case reclassifiedPiece:
			e.Kind = ledger.Reclassified
		default:
			continue
		}
		for _, t := range p.Townships {
			e.Townships = append(e.Townships, ledger.Township{Code: t.Code, Name: t.Name, Area: geodata.Area(t.AreaM2)})
		}
		slices.SortStableFunc(e.Townships, func(a, b ledger.Township) int { return -cmpArea(a.Area, b.Area) })
		e.Title = titleOf(c, p)
		out = append(out, e)
	}
	return out
}

func cmpArea(a, b geodata.Area) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// titleOf says what happened where: 生态保护红线调出：某图斑（2018 → 2022）.
func titleOf(c openapi.Change, p openapi.ChangePiece) string {
	_, from, _ := strings.Cut(c.From, "@")
	_, to, _ := strings.Cut(c.To, "@")
	what := "调出"
	if p.Kind == reclassifiedPiece && p.ClassFrom != nil && p.ClassTo != nil {
		what = "由" + *p.ClassFrom + "变为" + *p.ClassTo
	}
	var names []string
	for _, f := range p.Features {
		names = append(names, strings.TrimSpace(f.Name+" "+f.Code))
	}
	return shortened(fmt.Sprintf("%s%s（%s → %s）：%s", c.Title, what, from, to, strings.Join(names, "、")))
}

// shortened is a title cut to what an entry takes.
func shortened(title string) string {
	text := []rune(title)
	return string(text[:min(len(text), ledger.LongestTitle)])
}

// exportLimit is how many entries one export holds.
const exportLimit = 100_000

// Export writes the whole ledger of a county.
func (l *Ledger) Export(ctx context.Context, code string, format Format) ([]byte, error) {
	county, err := l.Counties.County(ctx, code)
	if err != nil {
		return nil, err
	}
	entries, err := l.List(ctx, county.Code, ledger.Filter{Limit: exportLimit + 1})
	if err != nil {
		return nil, err
	}
	if len(entries) > exportLimit {
		return nil, &geodata.Error{Kind: geodata.TooLarge, Code: "ledger-too-long", ZH: fmt.Sprintf("台账超过 %d 条，不能一次导出。", exportLimit),
			EN: fmt.Sprintf("The ledger has more than %d entries, too many for one export.", exportLimit)}
	}
	slices.Reverse(entries) // in the order of their numbers
	counted, err := l.Count(ctx, county.Code)
	if err != nil {
		return nil, err
	}
	named := openapi.County{Code: county.Code, Name: county.NameZH}
	list := report.LedgerList(named, entries, counted)
	var b bytes.Buffer
	switch format.Key {
	case "xlsx":
		err = office.LedgerXLSX(&b, named, entries, time.Now())
	case "csv":
		err = report.LedgerCSV(&b, entries)
	case "geojson":
		err = pieces.LedgerGeoJSON(&b, entries, list.Entries)
	default:
		return report.JSON(list)
	}
	return b.Bytes(), err
}
