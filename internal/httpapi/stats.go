package httpapi

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"hongxian/geodata"
	"hongxian/internal/answer"
	"hongxian/internal/openapi"
	"hongxian/internal/report"
	"hongxian/internal/scratch"
	"hongxian/internal/township"
)

// Tables answers with township tables. What is not held is NotFound.
type Tables interface {
	Answer(ctx context.Context, q answer.StatsQuestion) (openapi.Stats, error)
	Kept(ctx context.Context, county, id string) (openapi.Stats, []byte, error)
	KeptPaper(ctx context.Context, county, id string, format answer.Format) ([]byte, error)
	Write(ctx context.Context, q answer.StatsQuestion, format answer.Format) ([]byte, error)
	Open(ctx context.Context, file answer.ZoneFile) (zones *geodata.Delivery, closeFile func() error, err error)
}

// Tabulations compute and keep township tables for clients that may not wait.
type Tabulations interface {
	Ask(ctx context.Context, q answer.StatsQuestion) (answer.Answer, *answer.Tabulation, error)
	Find(id string) (t answer.Tabulation, moved <-chan struct{}, ok bool)
}

// statsQuery are the parameters that say which table is wanted.
var statsQuery = []string{"county", "layers", "pair", "union", "by", "within", "plan", "townships", "unit", "decimals"}

// readStats gives a table.
func (s *Server) readStats(c echo.Context) error {
	q, err := s.statsQuestion(c)
	if err != nil {
		return err
	}
	ctx := c.Request().Context()
	key := c.QueryParam("format")
	if key == "" || key == "json" {
		table, err := s.Tables.Answer(ctx, q)
		if err != nil {
			return err
		}
		return writeJSON(c, table)
	}
	format, ok := answer.StatsFormatOf(key)
	if !ok {
		return invalid("format-unknown", fmt.Sprintf("没有“%.10s”格式，可用 json、csv、xlsx、pdf、geojson、gpkg。", key),
			fmt.Sprintf("There is no format %.10q; use json, csv, xlsx, pdf, geojson or gpkg.", key))
	}
	body, err := s.Tables.Write(ctx, q, format)
	if err != nil {
		return err
	}
	return sendTable(c, "", format, body)
}

// sendTable sends a table as a file; code names it where it is kept.
func sendTable(c echo.Context, code string, format answer.Format, body []byte) error {
	h := c.Response().Header()
	h.Set("Cache-Control", "private, no-cache")
	name := "乡镇统计表"
	if code != "" {
		name += "-" + code
	}
	h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": name + "." + format.Key}))
	return c.Blob(http.StatusOK, format.Type, body)
}

// statsQuestion reads which table is wanted.
func (s *Server) statsQuestion(c echo.Context) (q answer.StatsQuestion, err error) {
	county, err := s.countyOf(c)
	if err != nil {
		return q, err
	}
	query := c.QueryParams()
	q.Request = township.Request{County: county.Code, ByClass: query.Get("by") == "class", Within: query.Get("within") == "true", Plan: query.Get("plan") == "true"}
	if by := query.Get("by"); by != "" && by != "class" {
		return q, invalid("by-unknown", "by 只能是 class。", "by can only be class.")
	}
	for _, name := range []string{"within", "plan"} {
		if w := query.Get(name); w != "" && w != "true" && w != "false" {
			return q, invalid(name+"-malformed", name+" 应为 true 或 false。", name+" is true or false.")
		}
	}
	if label := query.Get("townships"); label != "" {
		if q.Request.Townships, err = geodata.ParseVersionRef(string(geodata.Township) + "@" + label); err != nil {
			return q, err
		}
	}
	if err := statsColumns(&q, query["pair"], query["union"], query.Get("layers")); err != nil {
		return q, err
	}
	return q, statsForm(&q, query.Get("unit"), query.Get("decimals"))
}

func statsColumns(q *answer.StatsQuestion, pairs, unions []string, layers string) (err error) {
	for text := range strings.SplitSeq(layers, ",") {
		if text == "" {
			continue
		}
		ref, err := geodata.ParseVersionRef(text)
		if err != nil {
			return err
		}
		q.Request.Layers = append(q.Request.Layers, ref)
	}
	if q.Request.Pairs, err = answer.ParsePairs(pairs); err != nil {
		return err
	}
	q.Request.Unions, err = answer.ParsePairs(unions)
	return err
}

func statsForm(q *answer.StatsQuestion, unit, decimals string) (err error) {
	if unit != "" {
		if q.Unit, err = geodata.ParseUnit(unit); err != nil {
			return err
		}
	}
	if decimals != "" {
		n, err := strconv.Atoi(decimals)
		if err != nil {
			return invalid("decimals-malformed", "decimals 应为 0 至 6 的整数。", "decimals is a whole number from 0 to 6.")
		}
		q.Decimals = &n
	}
	return nil
}

// keepStats keeps a table; zones and official areas may come with it.
func (s *Server) keepStats(c echo.Context) error {
	q, err := s.statsQuestion(c)
	if err != nil {
		return err
	}
	folder, err := scratch.Make(s.TempDir, scratch.Upload)
	if err != nil {
		return err
	}
	defer func() {
		if err := folder.Remove(); err != nil {
			s.Log.Error("remove an upload", "request_id", requestID(c), "error", err)
		}
	}()
	zones, err := readStatsForm(c, &q, folder.Path)
	if err != nil {
		return err
	}
	ctx := c.Request().Context()
	if zones.Path != "" {
		zones.County = q.Request.County
		delivery, closeFile, err := s.Tables.Open(ctx, zones)
		if err != nil {
			return err
		}
		defer closeFile()
		q.Request.Zones = delivery
	}
	a, unfinished, err := s.Tabulations.Ask(ctx, q)
	if err != nil {
		return err
	}
	if unfinished != nil {
		c.Response().Header().Set("Location", "/api/v1/jobs/"+unfinished.ID)
		return c.JSON(http.StatusAccepted, tabulationJSON(*unfinished))
	}
	c.Response().Header().Set("Location", "/api/v1/stats/townships/"+a.ID)
	if a.IsNew {
		return c.JSONBlob(http.StatusCreated, a.Body)
	}
	return c.JSONBlob(http.StatusOK, a.Body)
}

// readStatsForm takes zones and official areas from a form; a request without a
// body has none.
func readStatsForm(c echo.Context, q *answer.StatsQuestion, folder string) (zones answer.ZoneFile, err error) {
	media, params, _ := mime.ParseMediaType(c.Request().Header.Get("Content-Type"))
	if media == "" && c.Request().ContentLength <= 0 {
		return zones, nil
	}
	if media != "multipart/form-data" {
		return zones, invalid("content-type-unknown", "请以 multipart/form-data 上传 zones、control，或不带正文。", "Send zones and control as multipart/form-data, or no body.")
	}
	seen := map[string]bool{}
	for form := multipart.NewReader(c.Request().Body, params["boundary"]); ; {
		part, err := form.NextPart()
		if errors.Is(err, io.EOF) {
			return zones, nil
		}
		if err != nil {
			return zones, brokenUpload(err)
		}
		name := part.FormName()
		if seen[name] {
			return zones, invalid("field-repeated", fmt.Sprintf("表单字段“%.40s”只能给一次。", name), fmt.Sprintf("The form field %.40q may be given once.", name))
		}
		seen[name] = true
		switch name {
		case "zones":
			zones.Path, zones.Name = filepath.Join(folder, "zones"), plainName(part.FileName())
			err = save(http.MaxBytesReader(nil, part, uploadLimit), zones.Path)
		case "crs":
			zones.CRS, err = shortField(part)
		case "datum", "parameters", "confirm_crs":
			of := answer.Question{Reading: zones.Reading}
			err = readField(&of, name, part)
			zones.Reading = of.Reading
		case "control":
			unit := q.Unit
			if unit == "" {
				unit = geodata.Hectare
			}
			q.Request.Controls, err = township.ReadControls(part, unit)
		default:
			err = invalid("field-unknown", fmt.Sprintf("不认识的表单字段“%.40s”，可用 zones、crs、confirm_crs、datum、parameters、control。", name), fmt.Sprintf("Unknown form field %.40q; use zones, crs, confirm_crs, datum, parameters, control.", name))
		}
		if err != nil {
			return zones, err
		}
	}
}

// shortField reads a form field that is a short text.
func shortField(part io.Reader) (string, error) {
	value, err := io.ReadAll(io.LimitReader(part, fieldLimit+1))
	if err != nil {
		return "", brokenUpload(err)
	}
	if len(value) > fieldLimit {
		return "", &geodata.Error{Kind: geodata.TooLarge, Code: "field-too-large", ZH: "表单字段过长。", EN: "A form field is too long."}
	}
	return string(bytes.TrimSpace(value)), nil
}

// readKeptStats gives the stored bytes, or with an extension a paper drawn from them.
func (s *Server) readKeptStats(c echo.Context) error {
	id, extension, isPaper := strings.Cut(param(c, "id"), ".")
	if !digest.MatchString(id) { // the code that is printed on a table
		var err error
		if id, err = report.ParseCode(id); err != nil {
			return notFound("stats-unknown", "没有这个统计表编号：应为 64 位十六进制数或查验码。", "There is no such table: an id has 64 hexadecimal digits; or give the code.")
		}
	}
	county, err := s.namedCounty(c)
	if err != nil {
		return err
	}
	ctx := c.Request().Context()
	if !isPaper {
		table, body, err := s.Tables.Kept(ctx, county, id)
		if err != nil {
			return err
		}
		return writeKept(c, table.Id, body)
	}
	format, ok := answer.StatsFormatOf(extension)
	if !ok {
		return notFound("format-unknown", fmt.Sprintf("没有“%.10s”格式的统计表。", extension), fmt.Sprintf("There is no table of format %.10q.", extension))
	}
	paper, err := s.Tables.KeptPaper(ctx, county, id, format)
	if err != nil {
		return err
	}
	return sendTable(c, report.Code(id), format, paper)
}

// tabulationJSON is a table being computed, as a job: done of a hundred.
func tabulationJSON(t answer.Tabulation) openapi.Job {
	out := openapi.Job{Id: t.ID, Kind: openapi.JobKindStats, State: openapi.JobStateRunning, Total: 100, Done: int(100 * t.Share)}
	if t.What != "" {
		out.What = &t.What
	}
	if t.Position > 0 {
		out.State, out.QueuePosition = openapi.JobStateWaiting, &t.Position
	}
	switch {
	case t.Err != nil:
		e := geodata.AsError(t.Err)
		out.State, out.Failed, out.Error = openapi.JobStateFailed, 1, &openapi.JobError{Code: e.Code, Detail: e.ZH, DetailEn: e.EN}
	case t.Done:
		out.State, out.Result = openapi.JobStateDone, "/api/v1/stats/townships/"+t.Table
	}
	return out
}
