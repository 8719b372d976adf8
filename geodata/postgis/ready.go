package postgis

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"

	"hongxian/geodata"
)

var (
	//go:embed sql/server_prepared.sql
	serverPrepared string
	//go:embed sql/extensions_present.sql
	extensionsPresent string
	//go:embed sql/plane_definition.sql
	planeDefinition string
	//go:embed sql/schema_exists.sql
	schemaExists string
	//go:embed sql/schema_version.sql
	schemaVersion string
)

// querier is what a pool, a connection and a transaction have in common.
type querier interface {
	Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error)
	QueryRow(ctx context.Context, sql string, args ...any) pgx.Row
}

// requirement is one thing an administrator has to provide, and the statement
// that provides it; no statement mends a PostGIS that is too old.
type requirement struct{ zh, en, sql string }

// CheckReady says whether the database can be worked with: PostGIS 3.3 or newer,
// btree_gist, the measuring plane as this program defines it, and the schema, the
// queue's too, at exactly this program's version and by its steps. The error (Conflict) names everything that is
// missing and the SQL or the command that mends it.
func CheckReady(ctx context.Context, db querier) error {
	if err := CheckPrepared(ctx, db); err != nil {
		return err
	}
	held, err := heldSchema(ctx, db)
	if err != nil {
		return err
	}
	switch newest := SchemaVersion(); {
	case held < newest:
		return schemaBehind(held, newest)
	case held > newest:
		return schemaNewer(held, newest)
	}
	if err := checkSteps(ctx, db); err != nil {
		return err
	}
	return checkQueue(ctx, db)
}

// CheckPrepared is the part of CheckReady that an administrator answers for.
func CheckPrepared(ctx context.Context, db querier) error {
	missing, err := findMissing(ctx, db)
	if err != nil {
		return err
	}
	if len(missing) > 0 {
		return notReady(missing)
	}
	return nil
}

func schemaBehind(held, newest int64) error {
	return &geodata.Error{Kind: geodata.Conflict, Code: "schema-behind",
		ZH: fmt.Sprintf("数据库结构为第 %d 版，本程序需要第 %d 版，请先运行 hongxian migrate。", held, newest),
		EN: fmt.Sprintf("The database schema is at step %d, this program needs step %d; run hongxian migrate first.", held, newest)}
}

func schemaNewer(held, newest int64) error {
	return &geodata.Error{Kind: geodata.Conflict, Code: "schema-newer",
		ZH: fmt.Sprintf("数据库结构为第 %d 版，比本程序（第 %d 版）新，请换用更新的 hongxian。", held, newest),
		EN: fmt.Sprintf("The database schema is at step %d, newer than this program (step %d); use a newer hongxian.", held, newest)}
}

// findMissing lists what an administrator still has to provide, in the order in
// which it has to be provided.
func findMissing(ctx context.Context, db querier) ([]requirement, error) {
	rows, _ := db.Query(ctx, extensionsPresent)
	installed := map[string]string{}
	var name, version string
	_, err := pgx.ForEachRow(rows, []any{&name, &version}, func() error {
		installed[name] = version
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("list extensions: %w", err)
	}
	var missing []requirement
	postgis, ok := installed["postgis"]
	switch {
	case !ok:
		missing = append(missing, requirement{"扩展 postgis", "the extension postgis", "create extension if not exists postgis"})
	case !atLeast(postgis, 3, 3):
		missing = append(missing, requirement{
			"PostGIS 3.3 或更新（现为 " + postgis + "）", "PostGIS 3.3 or newer (it has " + postgis + ")", ""})
	}
	if _, ok := installed["btree_gist"]; !ok {
		missing = append(missing, requirement{"扩展 btree_gist", "the extension btree_gist", "create extension if not exists btree_gist"})
	}
	defined := false
	if postgis != "" {
		if defined, err = planeDefined(ctx, db); err != nil {
			return nil, err
		}
	}
	if !defined {
		missing = append(missing, requirement{"量算平面坐标系 990001", "the measuring plane, SRID 990001", definePlane})
	}
	return missing, nil
}

// atLeast compares a version such as "3.3.2" or "3.5.0dev" with major.minor.
func atLeast(version string, major, minor int) bool {
	parts := strings.SplitN(version, ".", 3)
	if len(parts) < 2 {
		return false
	}
	haveMajor, err1 := strconv.Atoi(parts[0])
	haveMinor, err2 := strconv.Atoi(strings.TrimRight(parts[1], "abcdefghijklmnopqrstuvwxyz"))
	if err1 != nil || err2 != nil {
		return false
	}
	return haveMajor > major || haveMajor == major && haveMinor >= minor
}

// Where 110°E 31°N falls in the plane, metres, from PROJ 9.1.1.
const (
	probeX = -95504.26237253795
	probeY = 3807844.347170427
)

// planeDefined reports whether row 990001 is there and puts a known point where
// it belongs, to a micrometre.
func planeDefined(ctx context.Context, db querier) (bool, error) {
	var proj4 string
	var x, y float64
	err := db.QueryRow(ctx, planeDefinition, pgx.StrictNamedArgs{"srid": PlaneSRID}).Scan(&proj4, &x, &y)
	if errors.Is(err, pgx.ErrNoRows) {
		return false, nil
	}
	if hasSQLState(err, internalError) {
		return false, nil // PROJ cannot read what the row says
	}
	if err != nil {
		return false, fmt.Errorf("read spatial_ref_sys: %w", err)
	}
	right := strings.Join(strings.Fields(proj4), " ") == planeProj4 &&
		math.Abs(x-probeX) < 1e-6 && math.Abs(y-probeY) < 1e-6
	return right, nil
}

// internalError is the SQLSTATE that PostGIS raises for its own errors.
const internalError = "XX000"

// definePlane writes or mends row 990001. The row belongs to the extension's
// owner, so it takes an administrator.
const definePlane = `insert into spatial_ref_sys (srid, auth_name, auth_srid, srtext, proj4text)
  values (990001, 'hongxian', 990001, '` + planeText + `', '` + planeProj4 + `')
  on conflict (srid) do update set auth_name = excluded.auth_name, auth_srid = excluded.auth_srid,
    srtext = excluded.srtext, proj4text = excluded.proj4text`

// heldSchema is the step the database has been migrated to, 0 when never.
func heldSchema(ctx context.Context, db querier) (int64, error) {
	var exists bool
	if err := db.QueryRow(ctx, schemaExists).Scan(&exists); err != nil {
		return 0, fmt.Errorf("look for the schema: %w", err)
	}
	if !exists {
		return 0, nil
	}
	var held int64
	if err := db.QueryRow(ctx, schemaVersion).Scan(&held); err != nil {
		return 0, fmt.Errorf("read the schema's version: %w", err)
	}
	return held, nil
}
