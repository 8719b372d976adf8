package answer

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"hongxian/geodata"
	"hongxian/internal/openapi"
	"hongxian/internal/record"
	"hongxian/internal/report"
	"hongxian/internal/report/office"
	"hongxian/internal/report/pieces"
	"hongxian/internal/report/stats"
	"hongxian/internal/township"
)

// KindStats is the kind under which township tables are kept.
const KindStats = "stats"

// StatsFormats are the forms of a township table, beside JSON itself.
var StatsFormats = []Format{
	{"csv", "text/csv; charset=utf-8"},
	{"xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
	{"pdf", "application/pdf"},
	{"geojson", "application/geo+json"},
	{"gpkg", "application/geopackage+sqlite3"},
}

// StatsFormatOf finds a form by its key.
func StatsFormatOf(key string) (Format, bool) { return formatIn(StatsFormats, key) }

// Statistician answers with township tables.
type Statistician interface {
	Table(ctx context.Context, r township.Request) (*township.Table, error)
	// Rows is a table without columns.
	Rows(ctx context.Context, r township.Request) ([]township.Row, error)
}

// StatsQuestion (统计问题) is a table, and how it is printed.
type StatsQuestion struct {
	Request  township.Request
	Unit     geodata.Unit // empty: hectares
	Decimals *int         // nil: the customary ones
}

// Tables answers questions about townships.
type Tables struct {
	Statistician Statistician
	Keeper       Keeper
	Records      Records
	Look         func(ctx context.Context, county string) (Look, error)
	// OpenZones opens a file of zones; it is closed when the table is there.
	OpenZones func(ctx context.Context, file ZoneFile) (zones *geodata.Delivery, closeFile func() error, err error)
	// Plane is a county's Gauss-Krüger plane, EPSG.
	Plane     func(ctx context.Context, county string) (int, error)
	VerifyURL string
}

// form is how a question wants its table printed.
func (q StatsQuestion) form() (report.StatsForm, error) {
	f := report.StatsForm{Unit: q.Unit}
	if f.Unit == "" {
		f.Unit = geodata.Hectare
	}
	f.Decimals = f.Unit.Decimals()
	if q.Decimals != nil {
		f.Decimals = *q.Decimals
	}
	return f, f.Check()
}

// Answer gives a table in its outward form.
func (t *Tables) Answer(ctx context.Context, q StatsQuestion) (openapi.Stats, error) {
	s, _, err := t.answer(ctx, q)
	return s, err
}

func (t *Tables) answer(ctx context.Context, q StatsQuestion) (openapi.Stats, *township.Table, error) {
	form, err := q.form()
	if err != nil {
		return openapi.Stats{}, nil, err
	}
	table, err := t.Statistician.Table(ctx, q.Request)
	if err != nil {
		return openapi.Stats{}, nil, err
	}
	id := sha256.Sum256([]byte(table.Digest + string(form.Unit) + strconv.Itoa(form.Decimals)))
	s, err := report.Stats(table, form, hex.EncodeToString(id[:]))
	return s, table, err
}

// Keep keeps a table: the same question of the same data gives the bytes that were
// kept first. Zones are kept with it.
func (t *Tables) Keep(ctx context.Context, q StatsQuestion) (Answer, error) {
	asked, q, err := takeIn(q)
	if err != nil {
		return Answer{}, err
	}
	return t.keep(ctx, asked, q)
}

// takeIn reads what a question brings with it, so that it is kept, and no file is
// needed any more.
func takeIn(q StatsQuestion) (AskedTable, StatsQuestion, error) {
	asked := AskedTable{Controls: q.Request.Controls}
	if q.Request.Zones == nil {
		return asked, q, nil
	}
	var err error
	asked.Zones, q.Request.Zones, err = readZones(q.Request.Zones)
	return asked, q, err
}

func (t *Tables) keep(ctx context.Context, asked AskedTable, q StatsQuestion) (Answer, error) {
	s, err := t.Answer(ctx, q)
	if err != nil {
		return Answer{}, err
	}
	body, err := report.JSON(s)
	if err != nil {
		return Answer{}, err
	}
	inputs, err := json.Marshal(asked)
	if err != nil {
		return Answer{}, err
	}
	subject := fmt.Sprintf("乡镇统计表（%s）", s.Townships)
	versions := []string{s.Townships}
	for _, v := range s.Versions {
		versions = append(versions, v.Ref)
	}
	stored, isNew, err := t.Keeper.Put(ctx, record.Kept{County: s.County.Code, ID: s.Id, Kind: KindStats, Body: body, Inputs: inputs, Subject: subject, Layers: layersOf(versions)})
	if err != nil {
		return Answer{}, fmt.Errorf("keep township table %s: %w", s.Id, err)
	}
	return Answer{Body: stored, ID: s.Id, IsNew: isNew}, nil
}

// Kept finds a kept table.
func (t *Tables) Kept(ctx context.Context, county, id string) (openapi.Stats, []byte, error) {
	kept, s, err := t.get(ctx, county, id)
	return s, kept.Body, err
}

func (t *Tables) get(ctx context.Context, county, id string) (kept record.Kept, s openapi.Stats, err error) {
	if kept, err = t.Records.Get(ctx, county, id); err != nil {
		return kept, s, err
	}
	if kept.Kind != KindStats {
		return kept, s, &geodata.Error{Kind: geodata.NotFound, Code: "record-unknown",
			ZH: fmt.Sprintf("编号 %.64s 不是统计表。", id), EN: fmt.Sprintf("Record %.64s is no township table.", id)}
	}
	if err := json.Unmarshal(kept.Body, &s); err != nil {
		return kept, s, fmt.Errorf("read kept township table %s: %w", kept.ID, err)
	}
	return kept, s, nil
}

// KeptPaper gives a kept table in a form; its figures are those that were kept.
func (t *Tables) KeptPaper(ctx context.Context, county, id string, format Format) ([]byte, error) {
	kept, s, err := t.get(ctx, county, id)
	if err != nil {
		return nil, err
	}
	shapes, err := t.shapesOf(ctx, s.County.Code, format)
	if err != nil {
		return nil, err
	}
	if shapes == 0 {
		return t.paper(ctx, s, format)
	}
	request, err := askedAgain(kept, s)
	if err != nil {
		return nil, err
	}
	request.Shapes = shapes
	rows, err := t.Statistician.Rows(ctx, request)
	if err != nil {
		return nil, err
	}
	return drawn(ctx, s, rows, shapes)
}

// Write gives a table in a form.
func (t *Tables) Write(ctx context.Context, q StatsQuestion, format Format) ([]byte, error) {
	var err error
	if q.Request.Shapes, err = t.shapesOf(ctx, q.Request.County, format); err != nil {
		return nil, err
	}
	s, table, err := t.answer(ctx, q)
	if err != nil {
		return nil, err
	}
	if q.Request.Shapes == 0 {
		return t.paper(ctx, s, format)
	}
	return drawn(ctx, s, table.Rows, q.Request.Shapes)
}

// shapesOf is the system a form wants the rows' shapes in: EPSG:4490 in GeoJSON, the
// county's plane in GeoPackage; 0: it has none.
func (t *Tables) shapesOf(ctx context.Context, county string, format Format) (int, error) {
	switch format.Key {
	case "geojson":
		return lonLat, nil
	case "gpkg":
		return t.Plane(ctx, county)
	}
	return 0, nil
}

// drawn is a table as GeoJSON or, in a plane, GeoPackage: its rows' figures on their
// shapes.
func drawn(ctx context.Context, s openapi.Stats, rows []township.Row, srid int) ([]byte, error) {
	j, err := joined(s, rows, srid)
	if err != nil {
		return nil, err
	}
	if srid == lonLat {
		return j.GeoJSON()
	}
	return j.GPKG(ctx)
}

// paper gives a table, kept or not, as CSV, XLSX or PDF.
func (t *Tables) paper(ctx context.Context, s openapi.Stats, format Format) ([]byte, error) {
	var b bytes.Buffer
	look, err := t.Look(ctx, s.County.Code)
	if err != nil {
		return nil, err
	}
	switch format.Key {
	case "csv":
		err = report.StatsCSV(&b, s)
	case "xlsx":
		err = office.StatsXLSX(&b, s, look.Letterhead.Bureau, report.Code(s.Id))
	case "pdf":
		err = report.StatsPDF(&b, report.StatsDocument{Stats: s, Letterhead: look.Letterhead, VerifyURL: t.VerifyURL})
	default:
		err = fmt.Errorf("no paper of format %q", format.Key)
	}
	return b.Bytes(), err
}

// joined puts the rows on their shapes.
func joined(s openapi.Stats, rows []township.Row, srid int) (pieces.Joined, error) {
	unit := stats.UnitName(s)
	j := pieces.Joined{Name: "townships", Title: s.County.Name + "乡镇统计", SRID: srid, Made: s.CreatedAt,
		Note: "面积为椭球面积，单位" + unit + "。Ellipsoidal areas, in " + geodata.Unit(s.Unit).English() + "."}
	if s.Schematic {
		j.Note += "示意数据，无法律效力。SCHEMATIC DATA, without legal force."
	}
	if len(rows) != len(s.Rows) {
		return j, fmt.Errorf("table %s has %d rows, there are %d shapes", s.Id, len(s.Rows), len(rows))
	}
	for i, r := range s.Rows {
		if rows[i].Code != r.Code {
			return j, fmt.Errorf("row %d of table %s is %q, the shape is of %q", i+1, s.Id, r.Code, rows[i].Code)
		}
		values := []pieces.Value{{Name: "code", Value: r.Code}, {Name: "name", Value: r.Name}, {Name: "type", Value: r.Type}, {Name: "area_" + string(s.Unit), Value: r.Area}}
		if s.Adjusted {
			values = append(values, pieces.Value{Name: "control_" + string(s.Unit), Value: r.Control})
		}
		for k, c := range s.Columns {
			title := stats.Title(c)
			values = append(values, pieces.Value{Name: title + "（" + unit + "）", Value: r.Values[k]},
				pieces.Value{Name: title + "占乡镇", Value: r.Shares[k]}, pieces.Value{Name: title + "占图层", Value: r.LayerShares[k]})
			if c.Counted {
				values = append(values, pieces.Value{Name: title + "图斑数", Value: r.Counts[k]})
			}
		}
		j.Shapes = append(j.Shapes, pieces.JoinedShape{Values: distinct(values), Shape: rows[i].Shape})
	}
	return j, nil
}

// distinct numbers names that occur twice: columns of a file need their own.
func distinct(values []pieces.Value) []pieces.Value {
	seen := map[string]int{}
	for i, v := range values {
		if seen[v.Name]++; seen[v.Name] > 1 {
			values[i].Name = fmt.Sprintf("%s_%d", v.Name, seen[v.Name])
		}
	}
	return values
}

// ZoneFile (分区文件) is a file of polygons that are a table's rows.
type ZoneFile struct {
	Path, Name string // where it lies, and what the planner calls it
	CRS        string // empty to go by the file
	County     string
	Reading    // a width and a radius do not count: zones are ground
}

// ParsePairs reads pairs of versions, each two references with a comma between.
func ParsePairs(texts []string) (pairs [][2]geodata.VersionRef, err error) {
	for _, text := range texts {
		parts := strings.Split(text, ",")
		if len(parts) != 2 {
			return nil, &geodata.Error{Kind: geodata.Invalid, Code: "pair-malformed",
				ZH: fmt.Sprintf("“%.80s”应为两个图层，逗号分隔，例如 red-line,protected-area。", text), EN: fmt.Sprintf("Write %.80q as two layers, as in red-line,protected-area.", text)}
		}
		var pair [2]geodata.VersionRef
		for i := range parts {
			if pair[i], err = geodata.ParseVersionRef(strings.TrimSpace(parts[i])); err != nil {
				return nil, err
			}
		}
		pairs = append(pairs, pair)
	}
	return pairs, nil
}

// Open opens a file of zones.
func (t *Tables) Open(ctx context.Context, file ZoneFile) (*geodata.Delivery, func() error, error) {
	return t.OpenZones(ctx, file)
}
