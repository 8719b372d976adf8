package httpapi

import (
	"net/http"
	"net/url"
	"time"

	"github.com/labstack/echo/v4"
)

// role is what a person must be to use a route. Roles are ordered; nobody checks
// them until there are accounts.
type role string

const (
	anyone  role = "anyone"  // no account needed: the page, health
	viewer  role = "viewer"  // 查看: layers, tiles, kept answers
	planner role = "planner" // 业务: ask for checks
	monitor role = "monitor" // 运维: metrics

	administrator role = "administrator" // 管理员: the audit trail
)

// scope is which layers a person must be allowed to see.
type scope string

const (
	noLayer    scope = "none"
	namedLayer scope = "named" // the layer in the path
	allLayers  scope = "all"   // every layer the answer is computed from
)

// Limits of bodies, in bytes, and of time.
const (
	uploadLimit  = 100 << 20
	geojsonLimit = 20 << 20
	fieldLimit   = 1 << 10
	bodySmall    = 16 << 10
	bodyValues   = 1 << 20
	bodyDrawing  = 64 << 10

	requestTime = 30 * time.Second
	checkTime   = 2 * time.Minute
)

// route is one line of the surface.
type route struct {
	method, path string
	role         role
	scope        scope
	query        []string // parameters it knows; others are refused
	body         int64    // largest body in bytes, 0: none
	time         time.Duration
	handle       echo.HandlerFunc
}

// tilePath is what maps ask for by the thousand: what is done for it counts.
const tilePath = "/tiles/:ref/:z/:x/:y"

// eventsPath streams: nothing may hold its bytes back.
const eventsPath = "/api/v1/jobs/:id/events"

// routes is the whole surface, in the order of the OpenAPI document.
func (s *Server) routes() []route {
	return []route{
		{"GET", "/api/v1/layers", viewer, allLayers, []string{"county"}, 0, requestTime, s.listLayers},
		{"GET", "/api/v1/layers/:layer/versions", viewer, namedLayer, []string{"county"}, 0, requestTime, s.listVersions},
		{"POST", "/api/v1/imports", planner, allLayers, []string{"county"}, uploadLimit + 1<<20, checkTime, s.createImport},
		{"GET", "/api/v1/imports/:id", planner, allLayers, nil, 0, requestTime, s.readImport},
		{"GET", "/api/v1/layers/:layer/versions/:label/intake", viewer, namedLayer, []string{"county"}, 0, requestTime, s.readIntake},
		{"GET", "/api/v1/layers/:layer/versions/:label/export.:format", viewer, namedLayer, []string{"county"}, 0, checkTime, s.exportVersion},
		{"POST", "/api/v1/checks", planner, allLayers, []string{"county", "name", "crs", "against", "choice", "width", "radius", "confirm_crs", "datum"}, uploadLimit + 1<<20, checkTime, s.createCheck},
		{"GET", "/api/v1/checks", viewer, allLayers, []string{"county", "limit", "before", "before_id", "since", "name", "outcome", "parcels"}, 0, requestTime, s.listChecks},
		{"POST", "/api/v1/checks/:id/again", planner, allLayers, []string{"county", "choice"}, 0, checkTime, s.repeatCheck},
		{"POST", "/api/v1/batches", planner, allLayers, []string{"county", "name", "crs", "against"}, uploadLimit + 1<<20, checkTime, s.createBatch},
		{"GET", "/api/v1/batches", viewer, allLayers, []string{"county", "limit", "before", "before_id"}, 0, requestTime, s.listBatches},
		{"GET", "/api/v1/batches/:id", viewer, allLayers, []string{"county"}, 0, checkTime, s.readBatch},
		{"DELETE", "/api/v1/batches/:id", planner, allLayers, []string{"county"}, 0, requestTime, s.cancelBatch},
		{"GET", "/api/v1/batches/:id/parcels", viewer, allLayers, []string{"county", "limit", "after"}, 0, requestTime, s.listParcels},
		{"GET", "/api/v1/batches/:id/shapes", viewer, allLayers, []string{"county", "limit", "after"}, 0, requestTime, s.listShapes},
		{"GET", "/api/v1/jobs/:id", viewer, allLayers, nil, 0, requestTime, s.readJob},
		{"GET", eventsPath, viewer, allLayers, nil, 0, checkTime, s.followJob},
		{"GET", "/api/v1/checks/:id", viewer, allLayers, []string{"county"}, 0, checkTime, s.readCheck},
		{"POST", "/api/v1/layers/:layer/versions/:label/publish", planner, namedLayer, []string{"county"}, bodySmall, checkTime, s.publishVersion},
		{"POST", "/api/v1/changes", planner, allLayers, nil, bodySmall, checkTime, s.createChange},
		{"GET", "/api/v1/changes", viewer, allLayers, []string{"county", "limit", "before", "before_id"}, 0, requestTime, s.listChanges},
		{"GET", "/api/v1/changes/:id", viewer, allLayers, []string{"county"}, 0, checkTime, s.readChange},
		{"GET", "/api/v1/overlaps", viewer, allLayers, []string{"county", "layers"}, 0, checkTime, s.measureOverlaps},
		{"GET", "/api/v1/overlaps/:id", viewer, allLayers, []string{"county"}, 0, checkTime, s.readOverlaps},
		{"GET", "/api/v1/stats/townships", viewer, allLayers, append([]string{"format"}, statsQuery...), 0, checkTime, s.readStats},
		{"POST", "/api/v1/stats/townships", planner, allLayers, statsQuery, uploadLimit + 1<<20, checkTime, s.keepStats},
		{"GET", "/api/v1/stats/townships/:id", viewer, allLayers, []string{"county"}, 0, checkTime, s.readKeptStats},
		{"GET", "/api/v1/ledger", viewer, allLayers, []string{"county", "state", "township", "layer", "kind", "overdue", "limit", "before"}, 0, requestTime, s.listLedger},
		{"POST", "/api/v1/ledger", planner, allLayers, []string{"county"}, bodySmall, checkTime, s.addLedger},
		{"GET", "/api/v1/ledger/:id", viewer, allLayers, []string{"county"}, 0, checkTime, s.readLedger},
		{"POST", "/api/v1/ledger/:id/transitions", planner, allLayers, []string{"county"}, bodySmall, requestTime, s.moveLedger},
		{"GET", "/api/v1/indicators", viewer, noLayer, []string{"county", "baseline", "year"}, 0, requestTime, s.listIndicators},
		{"POST", "/api/v1/indicators", planner, noLayer, []string{"county"}, bodyValues, requestTime, s.setIndicators},
		{"GET", "/api/v1/identify", viewer, allLayers, []string{"county", "lon", "lat", "layers"}, 0, requestTime, s.identify},
		{"GET", "/api/v1/search", viewer, allLayers, []string{"county", "q", "limit"}, 0, requestTime, s.search},
		{"POST", "/api/v1/measure", viewer, noLayer, []string{"county"}, bodyDrawing, requestTime, s.measureDrawing},
		{"GET", "/api/v1/verify/:code", viewer, allLayers, nil, 0, checkTime, s.verify},
		{"GET", tilePath, viewer, namedLayer, nil, 0, requestTime, s.readTile},
		{"GET", "/tiles/:name", viewer, namedLayer, nil, 0, requestTime, s.readTileJSON},
		{"GET", "/style.json", viewer, allLayers, []string{"county", "variant"}, 0, requestTime, s.readStyle},
		{"GET", "/api/v1/audit", administrator, noLayer, []string{"who", "action", "object", "outcome", "since", "until", "limit", "before"}, 0, requestTime, s.listAudit},
		{"GET", "/healthz", anyone, noLayer, nil, 0, requestTime, s.readHealth},
		{"GET", "/readyz", anyone, noLayer, nil, 0, 5 * time.Second, s.readReadiness},
		{"GET", "/metrics", monitor, noLayer, nil, 0, requestTime, s.readMetrics()},
		{"GET", "/openapi.json", anyone, noLayer, nil, 0, requestTime, s.readOpenAPI},
		{"GET", "/*", anyone, noLayer, nil, 0, requestTime, s.readPage},
	}
}

// drawn is what can be answered from an archive alone.
var drawn = map[string]bool{"/api/v1/layers": true, tilePath: true, "/tiles/:name": true, "/style.json": true,
	"/healthz": true, "/readyz": true, "/metrics": true, "/openapi.json": true, "/*": true}

// mount registers a route; what can be read can also be asked for with HEAD.
func (s *Server) mount(r route) {
	if s.Only != nil && !drawn[r.path] {
		r.handle = func(echo.Context) error { return s.Only }
	}
	// Echo would put a chain it is given together anew for each request.
	handle := s.attribute(s.limitPerson(s.limitUploads(r)(s.takeTurns(r)(r.handle))))
	if r.time == checkTime {
		handle = s.pace(r.time)(handle)
	} else {
		handle = deadline(r.time)(handle)
	}
	if r.path == tilePath {
		handle = s.sendHeld(handle)
	}
	handle = strictQuery(r.query)(bodyLimit(r.body)(handle))
	handle = s.audit(r)(handle)
	s.echo.Add(r.method, r.path, handle)
	if r.method == http.MethodGet {
		s.echo.Add(http.MethodHead, r.path, handle)
	}
}

// param reads a path parameter. A path with needless escapes, as %40 for @, is
// routed as it was written, so its parameters still carry them.
func param(c echo.Context, name string) string {
	raw := c.Param(name)
	if c.Request().URL.RawPath == "" {
		return raw
	}
	plain, err := url.PathUnescape(raw)
	if err != nil {
		return raw
	}
	return plain
}
