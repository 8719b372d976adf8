package httpapi

import (
	"net/http"
	"net/url"
	"time"

	"github.com/labstack/echo/v4"

	"hongxian/internal/account"
)

// Whom a route serves: everybody, whoever has signed in, or who has a right.
const (
	anyone     account.Right = "anyone"    // no account needed: the page, health
	signedIn   account.Right = "signed-in" // what concerns one's own account
	see                      = account.See
	ask                      = account.Ask
	deliver                  = account.Deliver
	approve                  = account.Approve
	administer               = account.Administer
)

// scope is what a person must be allowed to see. A layer that may not be seen is not
// there (postgis.Catalogue), so that of the first three none is refused: the answer is
// that of a deployment without it. What cannot be answered for a part is refused.
type scope string

const (
	noLayer    scope = "none"
	namedLayer scope = "named"  // the layer in the path
	allLayers  scope = "all"    // every layer the answer is computed from
	wholeLand  scope = "land"   // as all, and of every township: refused where some are out of sight
	everything scope = "county" // refused where anything of the county is out of sight
)

// Limits of bodies, in bytes, and of time.
const (
	uploadLimit     = 100 << 20
	geojsonLimit    = 20 << 20
	fieldLimit      = 1 << 10
	parametersLimit = 8 << 10 // a set of seven parameters with its control points
	bodySmall       = 16 << 10
	bodyValues      = 1 << 20
	bodyDrawing     = 64 << 10

	requestTime = 30 * time.Second
	checkTime   = 2 * time.Minute
)

// route is one line of the surface.
type route struct {
	method, path string
	right        account.Right
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
		{"GET", "/api/v1/layers", see, allLayers, []string{"county"}, 0, requestTime, s.listLayers},
		{"GET", "/api/v1/layers/:layer/versions", see, namedLayer, []string{"county"}, 0, requestTime, s.listVersions},
		{"POST", "/api/v1/imports", deliver, allLayers, []string{"county"}, 2*uploadLimit + 1<<20, checkTime, s.createImport},
		{"POST", "/api/v1/imports/proposal", deliver, allLayers, []string{"county"}, uploadLimit + 1<<20, checkTime, s.proposeImport},
		{"GET", "/api/v1/imports", deliver, allLayers, []string{"county"}, 0, requestTime, s.listImports},
		{"DELETE", "/api/v1/imports/:id", deliver, allLayers, nil, 0, requestTime, s.cancelImport},
		{"GET", "/api/v1/imports/:id", deliver, allLayers, nil, 0, requestTime, s.readImport},
		{"GET", "/api/v1/layers/:layer/versions/:label/intake", see, namedLayer, []string{"county"}, 0, requestTime, s.readIntake},
		{"GET", "/api/v1/layers/:layer/versions/:label/quality", see, namedLayer, []string{"county"}, 0, checkTime, s.readQuality},
		{"GET", "/api/v1/layers/:layer/versions/:label/quality.:format", see, namedLayer, []string{"county"}, 0, checkTime, s.readQualityFile},
		{"GET", "/api/v1/layers/:layer/versions/:label/export.:format", see, namedLayer, []string{"county"}, 0, checkTime, s.exportVersion},
		{"POST", "/api/v1/checks", ask, allLayers, []string{"county", "name", "crs", "against", "choice", "width", "radius", "confirm_crs", "datum"}, uploadLimit + 1<<20, checkTime, s.createCheck},
		{"GET", "/api/v1/checks", see, allLayers, []string{"county", "limit", "before", "before_id", "since", "name", "outcome", "parcels"}, 0, requestTime, s.listChecks},
		{"POST", "/api/v1/checks/:id/again", ask, allLayers, []string{"county", "choice"}, 0, checkTime, s.repeatCheck},
		{"POST", "/api/v1/batches", ask, allLayers, []string{"county", "name", "crs", "against"}, uploadLimit + 1<<20, checkTime, s.createBatch},
		{"GET", "/api/v1/batches", see, allLayers, []string{"county", "limit", "before", "before_id"}, 0, requestTime, s.listBatches},
		{"GET", "/api/v1/batches/:id", see, allLayers, []string{"county"}, 0, checkTime, s.readBatch},
		{"DELETE", "/api/v1/batches/:id", ask, allLayers, []string{"county"}, 0, requestTime, s.cancelBatch},
		{"GET", "/api/v1/batches/:id/parcels", see, allLayers, []string{"county", "limit", "after"}, 0, requestTime, s.listParcels},
		{"GET", "/api/v1/batches/:id/shapes", see, allLayers, []string{"county", "limit", "after"}, 0, requestTime, s.listShapes},
		{"GET", "/api/v1/jobs/:id", see, allLayers, nil, 0, requestTime, s.readJob},
		{"GET", eventsPath, see, allLayers, nil, 0, checkTime, s.followJob},
		{"GET", "/api/v1/checks/:id", see, allLayers, []string{"county"}, 0, checkTime, s.readCheck},
		{"POST", "/api/v1/layers/:layer/versions/:label/publish", approve, everything, []string{"county"}, bodySmall, checkTime, s.publishVersion},
		{"POST", "/api/v1/changes", ask, wholeLand, nil, bodySmall, checkTime, s.createChange},
		{"GET", "/api/v1/changes", see, allLayers, []string{"county", "limit", "before", "before_id"}, 0, requestTime, s.listChanges},
		{"GET", "/api/v1/changes/:id", see, allLayers, []string{"county"}, 0, checkTime, s.readChange},
		{"GET", "/api/v1/overlaps", see, wholeLand, []string{"county", "layers"}, 0, checkTime, s.measureOverlaps},
		{"GET", "/api/v1/overlaps/:id", see, allLayers, []string{"county"}, 0, checkTime, s.readOverlaps},
		{"GET", "/api/v1/stats/townships", see, wholeLand, append([]string{"format"}, statsQuery...), 0, checkTime, s.readStats},
		{"POST", "/api/v1/stats/townships", ask, wholeLand, statsQuery, uploadLimit + 1<<20, checkTime, s.keepStats},
		{"GET", "/api/v1/stats/townships/:id", see, allLayers, []string{"county"}, 0, checkTime, s.readKeptStats},
		{"GET", "/api/v1/ledger", see, allLayers, []string{"county", "state", "township", "layer", "kind", "overdue", "limit", "before"}, 0, requestTime, s.listLedger},
		{"POST", "/api/v1/ledger", ask, allLayers, []string{"county"}, bodySmall, checkTime, s.addLedger},
		{"GET", "/api/v1/ledger/:id", see, allLayers, []string{"county"}, 0, checkTime, s.readLedger},
		{"POST", "/api/v1/ledger/:id/transitions", ask, allLayers, []string{"county"}, bodySmall, requestTime, s.moveLedger},
		{"GET", "/api/v1/indicators", see, everything, []string{"county", "baseline", "year"}, 0, requestTime, s.listIndicators},
		{"POST", "/api/v1/indicators", deliver, everything, []string{"county"}, bodyValues, requestTime, s.setIndicators},
		{"GET", "/api/v1/identify", see, allLayers, []string{"county", "lon", "lat", "layers"}, 0, requestTime, s.identify},
		{"GET", "/api/v1/search", see, allLayers, []string{"county", "q", "limit"}, 0, requestTime, s.search},
		{"POST", "/api/v1/measure", see, noLayer, []string{"county"}, bodyDrawing, requestTime, s.measureDrawing},
		{"GET", "/api/v1/verify/:code", see, allLayers, nil, 0, checkTime, s.verify},
		{"GET", tilePath, see, namedLayer, nil, 0, requestTime, s.readTile},
		{"GET", "/tiles/:name", see, namedLayer, nil, 0, requestTime, s.readTileJSON},
		{"GET", "/style.json", see, allLayers, []string{"county", "variant"}, 0, requestTime, s.readStyle},
		{"GET", "/basemap", see, noLayer, nil, 0, requestTime, s.listBasemaps},
		{"GET", "/basemap/:source/:z/:x/:row", see, noLayer, nil, 0, requestTime, s.readBasemap},
		{"GET", "/api/v1/session", anyone, noLayer, nil, 0, requestTime, s.readSession},
		{"POST", "/api/v1/session", anyone, noLayer, nil, bodySmall, requestTime, s.signIn},
		{"DELETE", "/api/v1/session", anyone, noLayer, nil, 0, requestTime, s.signOut},
		{"GET", signOnPath, anyone, noLayer, []string{"return"}, 0, requestTime, s.beginSignOn},
		{"GET", SignOnBack, anyone, noLayer, anyQuery, 0, requestTime, s.endSignOn},
		{"POST", "/api/v1/session/password", signedIn, noLayer, nil, bodySmall, requestTime, s.changePassword},
		{"GET", "/api/v1/users", administer, noLayer, nil, 0, requestTime, s.listUsers},
		{"POST", "/api/v1/users", administer, noLayer, nil, bodySmall, requestTime, s.addUser},
		{"PATCH", "/api/v1/users/:user", administer, noLayer, nil, bodySmall, requestTime, s.changeUser},
		{"POST", "/api/v1/users/:user/password", administer, noLayer, nil, 0, requestTime, s.resetPassword},
		{"GET", "/api/v1/tokens", signedIn, noLayer, nil, 0, requestTime, s.listTokens},
		{"POST", "/api/v1/tokens", signedIn, noLayer, nil, bodySmall, requestTime, s.addToken},
		{"DELETE", "/api/v1/tokens/:token", signedIn, noLayer, nil, 0, requestTime, s.revokeToken},
		{"GET", "/api/v1/audit", administer, noLayer, []string{"who", "action", "object", "outcome", "since", "until", "limit", "before"}, 0, requestTime, s.listAudit},
		{"GET", "/api/v1/audit/verification", administer, noLayer, []string{"expect"}, 0, checkTime, s.verifyAudit},
		{"GET", "/api/v1/audit/export", administer, noLayer, []string{"before"}, 0, checkTime, s.exportAudit},
		{"GET", "/healthz", anyone, noLayer, nil, 0, requestTime, s.readHealth},
		{"GET", "/readyz", anyone, noLayer, nil, 0, 5 * time.Second, s.readReadiness},
		{"GET", "/metrics", administer, noLayer, nil, 0, requestTime, s.readMetrics()},
		{"GET", "/debug/pprof/:profile", administer, noLayer, []string{"seconds", "debug"}, 0, checkTime, s.readProfile},
		{"GET", "/openapi.json", anyone, noLayer, nil, 0, requestTime, s.readOpenAPI},
		{"GET", "/*", anyone, noLayer, []string{signInReason}, 0, requestTime, s.readPage},
	}
}

// anyQuery marks a route whose parameters somebody else chooses: those it does not know
// are passed over.
var anyQuery = []string{"*"}

// drawn is what can be answered from an archive alone.
var drawn = map[string]bool{"/api/v1/layers": true, tilePath: true, "/tiles/:name": true, "/style.json": true, "/basemap": true,
	"/healthz": true, "/readyz": true, "/metrics": true, "/openapi.json": true, "/*": true, "/api/v1/session": true}

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
	handle = s.audit(r)(s.admit(r)(strictQuery(r.query)(bodyLimit(r.body)(handle))))
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
