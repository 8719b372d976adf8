package httpapi

import (
	"encoding/json"
	"fmt"
	"net/url"
	"regexp"
	"strconv"
	"time"
	"unicode/utf8"

	"github.com/labstack/echo/v4"

	"hongxian/internal/answer"
	"hongxian/internal/batch"
	"hongxian/internal/openapi"
	"hongxian/internal/record"
)

const (
	pageDefault    = 20
	pageLimit      = 100
	parcelsDefault = 200
	parcelsLimit   = 1000
	shapesLimit    = 5000
)

// listChecks gives a page of kept checks, newest first.
func (s *Server) listChecks(c echo.Context) error {
	county, err := s.countyOf(c)
	if err != nil {
		return err
	}
	p, err := pageOf(c)
	if err != nil {
		return err
	}
	search := record.Search{County: county.Code, Kind: answer.KindCheck, Before: p.before, AfterID: p.behind,
		Limit: p.limit + 1} // one more than asked for tells whether there is a next page
	if err := readSearch(&search, c); err != nil {
		return err
	}
	entries, err := s.Records.List(c.Request().Context(), search)
	if err != nil {
		return err
	}
	list := openapi.CheckList{Checks: []openapi.CheckEntry{}}
	entries, list.Next = cutPage(c, p, entries, keptAt)
	for _, e := range entries {
		kept, err := keptEntry(e)
		if err != nil {
			return err
		}
		list.Checks = append(list.Checks, kept)
	}
	return writeJSON(c, list)
}

// keptEntry is a kept check as a list names it.
func keptEntry(e record.Entry) (openapi.CheckEntry, error) {
	var kept openapi.Check
	if err := json.Unmarshal(e.Body, &kept); err != nil {
		return openapi.CheckEntry{}, fmt.Errorf("read kept check %s: %w", e.ID, err)
	}
	return checkEntry(kept), nil
}

func checkEntry(kept openapi.Check) openapi.CheckEntry {
	return openapi.CheckEntry{Id: kept.Id, CreatedAt: kept.CreatedAt, Name: kept.Site.Name,
		AreaM2: kept.Site.AreaM2, Outcome: kept.Verdict.Outcome, Schematic: kept.Schematic}
}

// readSearch reads what narrows a list of checks.
func readSearch(search *record.Search, c echo.Context) error {
	search.Subject, search.Outcome = c.QueryParam("name"), c.QueryParam("outcome")
	if !utf8.ValidString(search.Subject) || utf8.RuneCountInString(search.Subject) > nameLimit {
		return invalid("name-malformed", fmt.Sprintf("项目名称应为不超过 %d 个字的文字。", nameLimit), fmt.Sprintf("The name is text of at most %d characters.", nameLimit))
	}
	if search.Outcome != "" && !openapi.CheckOutcome(search.Outcome).Valid() {
		return invalid("outcome-unknown", "outcome 应为 clear、conditional、prohibited 或 review。", "outcome is clear, conditional, prohibited or review.")
	}
	if s := c.QueryParam("parcels"); s != "" && s != "true" {
		return invalid("parcels-malformed", "parcels 只能是 true。", "parcels can only be true.")
	}
	search.Parcels = c.QueryParam("parcels") != ""
	return readMoment(&search.Since, c, "since")
}

// listBatches gives a page of batches, newest first.
func (s *Server) listBatches(c echo.Context) error {
	county, err := s.countyOf(c)
	if err != nil {
		return err
	}
	p, err := pageOf(c)
	if err != nil {
		return err
	}
	held, err := s.Batches.List(c.Request().Context(), county.Code, p.limit+1, p.before, p.behind)
	if err != nil {
		return err
	}
	list := openapi.BatchList{Batches: []openapi.Batch{}}
	held, list.Next = cutPage(c, p, held, func(b batch.Batch) (time.Time, string) { return b.Created, b.ID })
	for _, b := range held {
		list.Batches = append(list.Batches, batchJSON(b))
	}
	return writeJSON(c, list)
}

// pageOfBatch is the batch and the page of its parcels that a request asks for: so many
// after a number.
func (s *Server) pageOfBatch(c echo.Context, standard, most int) (b batch.Batch, limit, after int, err error) {
	if b, err = s.findBatch(c, param(c, "id")); err != nil {
		return b, 0, 0, err
	}
	if limit, err = limitOf(c, standard, most); err != nil {
		return b, 0, 0, err
	}
	after, err = afterOf(c)
	return b, limit, after, err
}

// listParcels gives a page of a batch's parcels, in the order of the file.
func (s *Server) listParcels(c echo.Context) error {
	b, limit, after, err := s.pageOfBatch(c, parcelsDefault, parcelsLimit)
	if err != nil {
		return err
	}
	parcels, err := s.Batches.Parcels(c.Request().Context(), b, after, limit+1)
	if err != nil {
		return err
	}
	list := openapi.ParcelList{Parcels: parcels}
	if len(parcels) > limit {
		list.Parcels = parcels[:limit]
		q := url.Values{"limit": {strconv.Itoa(limit)}, "after": {strconv.Itoa(parcels[limit-1].Number)}}
		list.Next = pathWith(c, q)
	}
	return writeJSON(c, list)
}

// listShapes gives a page of where a batch's parcels lie.
func (s *Server) listShapes(c echo.Context) error {
	b, limit, after, err := s.pageOfBatch(c, shapesLimit, shapesLimit)
	if err != nil {
		return err
	}
	shapes, err := s.Batches.Shapes(c.Request().Context(), batch.Key{County: b.County, ID: b.ID}, after, limit+1)
	if err != nil {
		return err
	}
	list := openapi.ShapeList{Shapes: []openapi.ParcelShape{}}
	if len(shapes) > limit {
		shapes = shapes[:limit]
		list.Next = pathWith(c, url.Values{"limit": {strconv.Itoa(limit)}, "after": {strconv.Itoa(shapes[limit-1].Number)}})
	}
	for _, shape := range shapes {
		list.Shapes = append(list.Shapes, shapeJSON(shape))
	}
	return writeJSON(c, list)
}

func shapeJSON(shape batch.Shape) openapi.ParcelShape {
	o := openapi.ParcelShape{Number: shape.Number, Name: shape.Name, State: openapi.ParcelState(shape.State), Geometry: shape.Geometry}
	if shape.Record != "" {
		outcome := openapi.CheckOutcome(shape.Outcome)
		o.Check, o.Outcome = &shape.Record, &outcome
	}
	return o
}

// afterOf reads the number of the parcel that a page follows.
func afterOf(c echo.Context) (after int, err error) {
	if s := c.QueryParam("after"); s != "" {
		if after, err = strconv.Atoi(s); err != nil || after < 0 || after > 1<<30 {
			return 0, invalid("after-malformed", "after 应为地块序号（不小于 0 的整数）。", "after is a parcel's number, 0 or more.")
		}
	}
	return after, nil
}

// page is where a page of a list begins and how long it is.
type listPage struct {
	limit  int
	before time.Time
	behind string // of the moment before, the ids behind this one
}

var anyID = regexp.MustCompile(`^[0-9a-f]{32,64}$`)

// pageOf reads limit, before and before_id. Without before a list starts at the newest.
func pageOf(c echo.Context) (listPage, error) {
	p := listPage{before: time.Now().Add(time.Hour), behind: c.QueryParam("before_id")}
	var err error
	if p.limit, err = limitOf(c, pageDefault, pageLimit); err != nil {
		return p, err
	}
	if p.behind != "" && (!anyID.MatchString(p.behind) || c.QueryParam("before") == "") {
		return p, invalid("before-malformed", "before_id 应为编号，并与 before 同时给出。", "before_id is an id, given together with before.")
	}
	return p, readMoment(&p.before, c, "before")
}

func limitOf(c echo.Context, otherwise, most int) (int, error) {
	s := c.QueryParam("limit")
	if s == "" {
		return otherwise, nil
	}
	limit, err := strconv.Atoi(s)
	if err != nil || limit < 1 || limit > most {
		return 0, invalid("limit-malformed", fmt.Sprintf("limit 应为 1 至 %d 的整数。", most), fmt.Sprintf("limit is a whole number from 1 to %d.", most))
	}
	return limit, nil
}

// readMoment reads a time that may be left out.
func readMoment(into *time.Time, c echo.Context, name string) (err error) {
	s := c.QueryParam(name)
	if s == "" {
		return nil
	}
	if *into, err = time.Parse(time.RFC3339Nano, s); err != nil {
		return invalid(name+"-malformed", name+" 应为 RFC 3339 时间，例如 2026-11-23T08:00:00Z。", name+" is an RFC 3339 time, as in 2026-11-23T08:00:00Z.")
	}
	return nil
}

// cutPage cuts what was found to the page, and gives the address of the one that follows:
// there is one when one more was found than the page holds. at is an entry's moment
// and id.
func cutPage[T any](c echo.Context, p listPage, found []T, at func(T) (time.Time, string)) (page []T, next *string) {
	if len(found) <= p.limit {
		return found, nil
	}
	moment, id := at(found[p.limit-1])
	return found[:p.limit], pathWith(c, url.Values{"limit": {strconv.Itoa(p.limit)},
		"before": {moment.UTC().Format(time.RFC3339Nano)}, "before_id": {id}})
}

func keptAt(e record.Entry) (time.Time, string) { return e.Created, e.ID }

// pathWith is the path and query of this request with some parameters replaced.
func pathWith(c echo.Context, replaced url.Values) *string {
	q := c.Request().URL.Query()
	for name, values := range replaced {
		q[name] = values
	}
	address := c.Request().URL.Path + "?" + q.Encode()
	return &address
}
