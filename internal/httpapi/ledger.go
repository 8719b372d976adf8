package httpapi

import (
	"context"
	"fmt"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"
	openapi_types "github.com/oapi-codegen/runtime/types"
	"github.com/paulmach/orb"

	"hongxian/geodata"
	"hongxian/internal/answer"
	"hongxian/internal/ledger"
	"hongxian/internal/openapi"
	"hongxian/internal/report"
)

// Ledger is the supervision ledger. What is not held is NotFound, a move that is not
// allowed Conflict.
type Ledger interface {
	List(ctx context.Context, county string, f ledger.Filter) ([]ledger.Entry, error)
	Count(ctx context.Context, county string) (ledger.Count, error)
	Get(ctx context.Context, county string, id int64) (ledger.Entry, []ledger.Event, error)
	Add(ctx context.Context, county, who string, entries []ledger.Entry) (ids []int64, known int, err error)
	FromChange(ctx context.Context, county, id, who string) (ids []int64, known int, err error)
	FromCheck(ctx context.Context, county, id string, only geodata.LayerKey, who string) (ids []int64, known int, err error)
	Take(ctx context.Context, county string, id int64, s ledger.Step) error
	Export(ctx context.Context, county string, format answer.Format) ([]byte, error)
}

func (s *Server) listLedger(c echo.Context) error {
	county, err := s.countyOf(c)
	if err != nil {
		return err
	}
	f, err := ledgerFilter(c)
	if err != nil {
		return err
	}
	limit := f.Limit
	f.Limit++ // one more tells whether there is a next page
	ctx := c.Request().Context()
	entries, err := s.Ledger.List(ctx, county.Code, f)
	if err != nil {
		return err
	}
	counted, err := s.Ledger.Count(ctx, county.Code)
	if err != nil {
		return err
	}
	next := ""
	if len(entries) > limit {
		entries = entries[:limit]
		next = nextEntries(c, entries[limit-1].ID)
	}
	list := report.LedgerList(openapi.County{Code: county.Code, Name: county.NameZH}, entries, counted)
	if next != "" && !f.Overdue {
		list.Next = &next
	}
	return writeJSON(c, list)
}

// nextEntries is this page's address with another beginning.
func nextEntries(c echo.Context, before int64) string {
	q := url.Values{}
	for name, values := range c.QueryParams() {
		q[name] = values
	}
	q.Set("before", strconv.FormatInt(before, 10))
	return c.Request().URL.Path + "?" + q.Encode()
}

// ledgerLimit is the most entries of a page.
const ledgerLimit = 100

func ledgerFilter(c echo.Context) (f ledger.Filter, err error) {
	f = ledger.Filter{Limit: 20, Township: c.QueryParam("township"), Kind: ledger.Kind(c.QueryParam("kind"))}
	if text := c.QueryParam("state"); text != "" {
		if f.State, err = ledger.ParseState(text); err != nil {
			return f, err
		}
	}
	if text := c.QueryParam("layer"); text != "" {
		if f.Layer, err = geodata.ParseLayerKey(text); err != nil {
			return f, err
		}
	}
	switch c.QueryParam("overdue") {
	case "", "false":
	case "true":
		f.Overdue, f.Limit = true, ledgerLimit
	default:
		return f, invalid("overdue-malformed", "overdue 应为 true 或 false。", "overdue is true or false.")
	}
	if text := c.QueryParam("limit"); text != "" {
		if f.Limit, err = strconv.Atoi(text); err != nil || f.Limit < 1 || f.Limit > ledgerLimit {
			return f, invalid("limit-malformed", fmt.Sprintf("limit 应为 1 至 %d 的整数。", ledgerLimit), fmt.Sprintf("limit is a whole number from 1 to %d.", ledgerLimit))
		}
	}
	if text := c.QueryParam("before"); text != "" {
		if f.Before, err = strconv.ParseInt(text, 10, 64); err != nil || f.Before < 1 || f.Overdue {
			return f, invalid("before-malformed", "before 应为条目编号，不能与 overdue 同用。", "before is an entry's number, and does not go with overdue.")
		}
	}
	return f, nil
}

// addLedger adds an entry by hand, or what a kept comparison or check found.
func (s *Server) addLedger(c echo.Context) error {
	county, err := s.countyOf(c)
	if err != nil {
		return err
	}
	var asked openapi.LedgerAddition
	if err := readJSON(c, &asked); err != nil {
		return err
	}
	asked.Who = signedBy(c, asked.Who)
	if err := s.ledgerSight(c, county.Code, asked); err != nil {
		return err
	}
	ids, known, err := s.addEntries(c.Request().Context(), county.Code, asked)
	if err != nil {
		return err
	}
	status := http.StatusCreated
	if len(ids) == 0 {
		status = http.StatusOK
	}
	return c.JSON(status, openapi.LedgerAdded{Ids: append([]int64{}, ids...), Known: known})
}

// signedBy is who does something: the account's name, which nobody writes otherwise, or
// at the machine itself what was written.
func signedBy(c echo.Context, written *string) *string {
	asking := askedBy(c)
	if asking == nil || asking.Person.ID == 0 {
		return written
	}
	name := asking.Person.Name
	if title := asking.Person.Title; title != "" {
		name = title + "（" + name + "）"
	}
	return &name
}

// ledgerSight says whether an entry by hand is of a layer and a township that whoever
// enters it may see.
func (s *Server) ledgerSight(c echo.Context, county string, asked openapi.LedgerAddition) error {
	sight := sightOf(c)
	if asked.Layer != nil && !sight.Whole() {
		if _, err := s.held.layer(c.Request().Context(), county, geodata.LayerKey(*asked.Layer)); err != nil {
			return err
		}
	}
	if asked.Title != nil && sight.Townships != nil && !slices.Contains(sight.Townships, deref(asked.TownshipCode)) {
		return &geodata.Error{Kind: geodata.Refused, Code: "townships-limited",
			ZH: "您只能登记自己范围内乡镇的条目，请写明乡镇代码。", EN: "You may enter what lies in the townships of your scope; name the township's code."}
	}
	return nil
}

func (s *Server) addEntries(ctx context.Context, county string, asked openapi.LedgerAddition) (ids []int64, known int, err error) {
	change, check, who := deref(asked.ChangeId), deref(asked.CheckId), deref(asked.Who)
	byHand := asked.Kind != nil || asked.Title != nil
	switch {
	case change != "" && (byHand || asked.Layer != nil || check != ""):
		return nil, 0, invalid("ledger-addition", "change_id 应单独给出。", "change_id stands alone.")
	case change != "" && !digest.MatchString(change):
		return nil, 0, notFound("change-unknown", "没有这个编号：编号为 64 位十六进制数。", "There is no such comparison: an id has 64 hexadecimal digits.")
	case change != "":
		return s.Ledger.FromChange(ctx, county, change, who)
	case check != "" && !digest.MatchString(check):
		return nil, 0, checkUnknown()
	case check != "" && !byHand:
		return s.Ledger.FromCheck(ctx, county, check, geodata.LayerKey(deref(asked.Layer)), who)
	}
	return s.Ledger.Add(ctx, county, who, []ledger.Entry{entryFrom(asked)})
}

// entryFrom is an entry as it was asked for.
func entryFrom(a openapi.LedgerAddition) ledger.Entry {
	e := ledger.Entry{Kind: ledger.Kind(deref(a.Kind)), Layer: geodata.LayerKey(deref(a.Layer)), Title: deref(a.Title), Source: ledger.ByHand,
		Area: geodata.Area(deref(a.AreaM2)), Office: deref(a.Office), Deadline: timeOf(a.Deadline)}
	e.Unapproved = e.Area
	if id := deref(a.CheckId); id != "" {
		e.Source, e.Record = ledger.FromCheck, id
	}
	if a.TownshipCode != nil || a.Township != nil {
		e.Townships = []ledger.Township{{Code: deref(a.TownshipCode), Name: deref(a.Township), Area: e.Area}}
	}
	if a.Point != nil && len(*a.Point) == 2 {
		e.Point = &orb.Point{(*a.Point)[0], (*a.Point)[1]}
	}
	return e
}

// deref is what a pointer points at, or nothing.
func deref[T any](p *T) (v T) {
	if p != nil {
		v = *p
	}
	return v
}

func timeOf(d *openapi_types.Date) *time.Time {
	if d == nil {
		return nil
	}
	return &d.Time
}

// readLedger gives an entry with its history, or the export.
func (s *Server) readLedger(c echo.Context) error {
	if extension, isExport := strings.CutPrefix(param(c, "id"), "export."); isExport {
		return s.exportLedger(c, extension)
	}
	county, id, err := s.entryOf(c)
	if err != nil {
		return err
	}
	return s.writeEntry(c, county, id)
}

func (s *Server) entryOf(c echo.Context) (county string, id int64, err error) {
	k, err := s.countyOf(c)
	if err != nil {
		return "", 0, err
	}
	if id, err = strconv.ParseInt(param(c, "id"), 10, 64); err != nil || id < 1 {
		return "", 0, notFound("ledger-entry-unknown", "没有这个台账条目：编号为正整数。", "There is no such entry: an entry's number is a positive whole number.")
	}
	return k.Code, id, nil
}

func (s *Server) writeEntry(c echo.Context, county string, id int64) error {
	e, events, err := s.Ledger.Get(c.Request().Context(), county, id)
	if err != nil {
		return err
	}
	return writeJSON(c, report.LedgerEntry(e, events))
}

func (s *Server) exportLedger(c echo.Context, extension string) error {
	format, ok := answer.LedgerFormatOf(extension)
	if !ok {
		return notFound("format-unknown", fmt.Sprintf("没有“%.10s”格式的台账。", extension), fmt.Sprintf("There is no ledger of format %.10q.", extension))
	}
	county, err := s.countyOf(c)
	if err != nil {
		return err
	}
	body, err := s.Ledger.Export(c.Request().Context(), county.Code, format)
	if err != nil {
		return err
	}
	c.Response().Header().Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": "监管台账-" + county.Code + "." + format.Key}))
	return c.Blob(http.StatusOK, format.Type, body)
}

// moveLedger takes a step and gives the entry as it is then.
func (s *Server) moveLedger(c echo.Context) error {
	county, id, err := s.entryOf(c)
	if err != nil {
		return err
	}
	var asked openapi.LedgerStep
	if err := readJSON(c, &asked); err != nil {
		return err
	}
	if !sightOf(c).Unlimited() {
		if _, _, err := s.Ledger.Get(c.Request().Context(), county, id); err != nil {
			return err
		}
	}
	step := ledger.Step{To: ledger.State(deref(asked.To)), Who: deref(signedBy(c, asked.Who)), Note: deref(asked.Note), Attachment: deref(asked.Attachment),
		SHA256: deref(asked.Sha256), Office: asked.Office, Deadline: timeOf(asked.Deadline)}
	if err := s.Ledger.Take(c.Request().Context(), county, id, step); err != nil {
		return err
	}
	return s.writeEntry(c, county, id)
}
