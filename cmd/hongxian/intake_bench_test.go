package main

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"hongxian/internal/pgtest"
)

// BenchmarkIntake imports 109,146 polygons as a process: read, validated, repaired,
// both derived geometries, areas, digest, indices. Beside it, in turn, plain ogr2ogr
// brings the same file into PostGIS by COPY and builds a spatial index. speed is
// ogr2ogr's time divided by ours, MB the peak memory of the process and its children;
// quality is what the report on the neighbourhoods takes afterwards. The county's plane
// is transverse Mercator without a shift of datum, as every Chinese county's is.
func BenchmarkIntake(b *testing.B) {
	binary, file := buildProgram(b), largeDelivery(b)
	counties := transverseEngland(b)
	var ours, plain, examined time.Duration
	var peak int64
	for range b.N {
		plain += plainImport(b, file)
		dsn := pgtest.Database(b)
		took, memory := timed(b, withCounties(program(b, binary, dsn, "import", "ENGLAND.township@2011", "--no-quality", file), counties))
		ours, peak = ours+took, max(peak, memory)
		took, memory = timed(b, withCounties(program(b, binary, dsn, "quality", "ENGLAND.township@2011"), counties))
		examined, peak = examined+took, max(peak, memory)
	}
	n := float64(b.N)
	load, _ := os.ReadFile("/proc/loadavg")
	b.Logf("load %.15s", load)
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(ours.Seconds()/n, "s")
	b.ReportMetric(plain.Seconds()/n, "ogr2ogr-s")
	b.ReportMetric(plain.Seconds()/ours.Seconds(), "speed")
	b.ReportMetric(examined.Seconds()/n, "quality-s")
	b.ReportMetric(float64(peak>>20), "MB")
}

// transverseEngland is the test county of all of England on UTM zone 30 of ETRS89.
func transverseEngland(b *testing.B) string {
	b.Helper()
	text, err := os.ReadFile("testdata/counties/england.yaml")
	if err != nil {
		b.Fatal(err)
	}
	changed := strings.Replace(string(text), "plane_srid: 27700", "plane_srid: 25830", 1)
	if changed == string(text) {
		b.Fatal("the county's plane is another")
	}
	folder := b.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "england.yaml"), []byte(changed), 0o600); err != nil {
		b.Fatal(err)
	}
	return folder
}

func withCounties(cmd *exec.Cmd, folder string) *exec.Cmd {
	cmd.Env = append(cmd.Env, "HONGXIAN_COUNTIES="+folder)
	return cmd
}

// timed runs a program; its peak memory with that of its children, in bytes.
func timed(b *testing.B, cmd *exec.Cmd) (time.Duration, int64) {
	b.Helper()
	var out strings.Builder
	cmd.Stdout, cmd.Stderr = &out, &out
	start := time.Now()
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	peak := watchMemory(cmd.Process.Pid)
	if err := cmd.Wait(); err != nil {
		b.Fatalf("%v: %v\n%s", cmd.Args, err, out.String())
	}
	return time.Since(start), <-peak
}

// plainImport has ogr2ogr bring the file into a database of its own.
func plainImport(b *testing.B, file string) time.Duration {
	b.Helper()
	ctx := context.Background()
	dsn := pgtest.Empty(b)
	config, err := pgx.ParseConfig(dsn)
	if err != nil {
		b.Fatal(err)
	}
	parts, err := url.Parse(dsn)
	if err != nil {
		b.Fatal(err)
	}
	target := fmt.Sprintf("PG:dbname=%s host=%s port=%d user=%s password=%s", config.Database, parts.Query().Get("host"), config.Port, config.User, config.Password)
	cmd := exec.Command("ogr2ogr", "-f", "PostgreSQL", target, "GeoJSONSeq:/vsigzip/"+file, "-nln", "areas", "-nlt", "PROMOTE_TO_MULTI",
		"-lco", "SPATIAL_INDEX=GIST", "--config", "PG_USE_COPY", "YES")
	took, _ := timed(b, cmd)
	conn, err := pgx.Connect(ctx, dsn)
	if err != nil {
		b.Fatal(err)
	}
	defer conn.Close(ctx)
	var rows int
	if err := conn.QueryRow(ctx, "select count(*) from areas").Scan(&rows); err != nil || rows != largeFeatures {
		b.Fatalf("ogr2ogr brought %d features: %v", rows, err)
	}
	return took
}
