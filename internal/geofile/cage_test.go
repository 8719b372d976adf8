package geofile

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/paulmach/orb"
	"golang.org/x/sys/unix"

	"hongxian/geodata"
	"hongxian/internal/scratch"
)

// awkward are doubles whose decimals formatting likes to spoil.
func awkward() []orb.Point {
	var v []float64
	for _, base := range []float64{0.1, 109.875, 37400000.1, 3400000.3, 1e-5, 123456.789, 31.0728893169, 1.0 / 3, 1e-20, 120.00000000000001, 9999.9999999, 0.5} {
		up, down := base, -base
		for range 40 {
			v = append(v, up, down)
			up, down = math.Nextafter(up, math.Inf(1)), math.Nextafter(down, math.Inf(-1))
		}
	}
	random := rand.New(rand.NewPCG(1, 2))
	for range 5000 {
		v = append(v, random.Float64()*360-180, random.Float64()*4.6e7, math.Round(random.Float64()*1e10)/1e3,
			math.Nextafter(math.Round(random.Float64()*1e9)/1e7, 0))
	}
	ring := make([]orb.Point, 0, len(v)/2+1)
	for i := 0; i+1 < len(v); i += 2 {
		ring = append(ring, orb.Point{v[i], v[i+1]})
	}
	return append(ring, ring[0])
}

// A double comes out of the child as it lies in the file, to the bit.
func TestDoublesSurviveGDAL(t *testing.T) {
	want := awkward()
	r := read(t, put(t, "x.zip", zipped(t, "a.shp", shapefile(want))), Options{CRS: "EPSG:3578"})
	if r.err != nil {
		t.Fatal(r.err)
	}
	got := r.features[0].Geometry.(orb.Polygon)[0]
	if len(got) != len(want) {
		t.Fatalf("%d points of %d", len(got), len(want))
	}
	for i := range want {
		if got[i] != want[i] {
			t.Fatalf("point %d: %v became %v", i, want[i], got[i])
		}
	}
}

// geopackage makes a GeoPackage of GeoJSON text with GDAL.
func geopackage(t *testing.T, srid int, layers ...string) string {
	t.Helper()
	dir := t.TempDir()
	path := filepath.Join(dir, "x.gpkg")
	for i, text := range layers {
		source := filepath.Join(dir, fmt.Sprintf("layer%d.geojson", i))
		if err := os.WriteFile(source, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		args := []string{"-f", "GPKG", "-update", "-append", "-a_srs", fmt.Sprintf("EPSG:%d", srid), "-nln", fmt.Sprintf("图层%d", i), path, source}
		if i == 0 {
			args = append(args[:2], args[4:]...)
		}
		if out, err := exec.Command("ogr2ogr", args...).CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, out)
		}
	}
	return path
}

func TestGeoPackage(t *testing.T) {
	a := polygonOf(`[[[392600,3439600],[392800,3439600],[392800,3439750],[392600,3439600]]]`)
	r := read(t, geopackage(t, 4546, a), Options{})
	if r.err != nil || r.srid != 4546 || len(r.features) != 1 || r.features[0].Record != 1 {
		t.Errorf("%v %v", r.features, r.err)
	}
	two := geopackage(t, 4546, a, a)
	if r := read(t, two, Options{}); r.err == nil || r.err.Code != "several-layers" || !strings.Contains(r.err.ZH, "图层0、图层1") {
		t.Errorf("two layers: %v", r.err)
	}
	if r := read(t, two, Options{Layer: "图层1"}); r.err != nil || len(r.features) != 1 {
		t.Errorf("the second of two: %v", r.err)
	}
	if r := read(t, two, Options{Layer: "图层9"}); r.err == nil || r.err.Code != "layer-not-in-file" {
		t.Errorf("one that is not there: %v", r.err)
	}
	if r := read(t, geopackage(t, 2382, a), Options{}); r.err == nil || r.err.Code != "crs-datum-needs-parameters" {
		t.Errorf("Xian 1980: %v", r.err)
	}
}

// damagedPackage is a GeoPackage whose second polygon is patched.
func damagedPackage(t *testing.T, patch func(wkb []byte)) string {
	t.Helper()
	path := geopackage(t, 4546, polygonOf(`[[[392600,3439600],[392800,3439600],[392800,3439750],[392600,3439600]]]`)+"\n"+
		polygonOf(`[[[392600,3439600],[392800,3439600],[392800,3439750],[392700,3439800],[392600,3439600]]]`))
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	start := []byte{1, 3, 0, 0, 0, 1, 0, 0, 0, 5, 0, 0, 0} // a little-endian polygon, one ring, five points
	i := bytes.Index(content, start)
	if i < 0 {
		t.Fatal("no such polygon in the file")
	}
	patch(content[i:])
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestWKBThatClaimsTwoGigabytes(t *testing.T) {
	for name, patch := range map[string]func([]byte){
		"2³¹−1 points": func(wkb []byte) { copy(wkb[9:], []byte{0xff, 0xff, 0xff, 0x7f}) },
		"2³²−1 points": func(wkb []byte) { copy(wkb[9:], []byte{0xff, 0xff, 0xff, 0xff}) },
		"2²⁷ points":   func(wkb []byte) { copy(wkb[9:], []byte{0, 0, 0, 8}) },
		"2²⁸ rings":    func(wkb []byte) { copy(wkb[5:], []byte{0, 0, 0, 0x10}) },
		"a curve type": func(wkb []byte) { wkb[1] = 99 },
	} {
		t.Run(name, func(t *testing.T) {
			r := read(t, damagedPackage(t, patch), Options{})
			if r.err == nil || r.err.Code != "file-unreadable" || r.err.Record != 2 {
				t.Errorf("%d features, %+v", len(r.features), r.err)
			}
		})
	}
}

// A larger file may take longer, to a bound.
func TestProcessorTimeGoesByTheFile(t *testing.T) {
	c, err := newCage("")
	if err != nil {
		t.Fatal(err)
	}
	defer c.close()
	for _, size := range []struct{ bytes, seconds int64 }{{0, 10}, {1000, 10}, {50 << 20, 110}, {4 << 30, 600}} {
		for _, name := range []string{"data.gdb/a.gdbtable", "data.shp"} { // half of it each
			path := filepath.Join(c.dir, name)
			if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, nil, 0o644), os.Truncate(path, size.bytes/2)); err != nil {
				t.Fatal(err)
			}
		}
		if got := c.seconds(); got != size.seconds {
			t.Errorf("%d bytes may take %d s, want %d", size.bytes, got, size.seconds)
		}
	}
}

// The child may not take more than it is given, and what becomes of one that
// tries is an error for users.
func TestChildIsLimited(t *testing.T) {
	c, err := newCage("")
	if err != nil {
		t.Fatal(err)
	}
	defer c.close()
	ctx := context.Background()
	limits, err := c.output(ctx, "sh", "-c", "ulimit -v; ulimit -t; ulimit -f; ulimit -n; ulimit -c; env | sort; ls -A; pwd; cat /proc/net/dev")
	if err != nil {
		t.Fatal(err)
	}
	want := fmt.Sprintf("%d\n%d\n%d\n%d\n0\n", cageMemory>>10, leastSeconds, cageWritten/512, cageFiles)
	if !strings.HasPrefix(limits, want) {
		t.Errorf("limits are %.60q, want %q", limits, want)
	}
	for _, word := range []string{"HONGXIAN_REALDATA", "eth0:", "PGPASSWORD"} {
		if strings.Contains(limits, word) {
			t.Errorf("the child sees %s", word)
		}
	}
	if _, err = c.output(ctx, "sh", "-c", "kill -SEGV $$"); geodata.AsError(err).Code != "reading-too-much-memory" {
		t.Errorf("a crash: %v", err)
	}
	if _, err = c.output(ctx, "sh", "-c", "kill -XCPU $$"); geodata.AsError(err).Code != "reading-too-slow" {
		t.Errorf("too much processor time: %v", err)
	}
	if _, err = c.output(ctx, "no-such-program"); !geodata.IsKind(geodata.AsError(err), geodata.Internal) {
		t.Errorf("GDAL is not installed: %v", err)
	}
	if out, err := c.output(ctx, "sh", "-c", "yes | head -c 100000000 >big; ls -s big"); err == nil && !strings.HasPrefix(out, fmt.Sprint(cageWritten>>10)) {
		t.Errorf("wrote too much: %s", out)
	}
}

// The child cannot reach a server that this process can.
func TestChildHasNoNetwork(t *testing.T) {
	server, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	go func() {
		for {
			conn, err := server.Accept()
			if err != nil {
				return
			}
			t.Error("the child connected")
			conn.Close()
		}
	}()
	c, err := newCage("")
	if err != nil {
		t.Fatal(err)
	}
	defer c.close()
	_, err = c.output(context.Background(), "ogr2ogr", ogrArguments("/vsicurl/http://"+server.Addr().String()+"/x.gpkg")...)
	if err == nil {
		t.Error("a file on the network was opened")
	}
	if exec.Command("unshare", "-n", "true").Run() != nil && exec.Command("unshare", "-Urn", "true").Run() != nil {
		t.Log("this machine allows no network namespaces: GDAL's own settings are all that holds")
		return
	}
	_, port, _ := net.SplitHostPort(server.Addr().String())
	if _, err = c.output(context.Background(), "bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/"+port); err == nil {
		t.Error("the child connected to a server")
	}
}

// A file that lies about its kind is opened by no driver that reads others.
func TestForeignDriversAreGone(t *testing.T) {
	c, err := newCage("")
	if err != nil {
		t.Fatal(err)
	}
	defer c.close()
	if err := c.write("secret.csv", []byte("a,b\n1,2\n")); err != nil {
		t.Fatal(err)
	}
	vrt := `<OGRVRTDataSource><OGRVRTLayer name="secret"><SrcDataSource>secret.csv</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>`
	for _, name := range []string{"data.gpkg", "data.vrt", "data.shp", "secret.csv"} {
		if name != "secret.csv" {
			if err := c.write(name, []byte(vrt)); err != nil {
				t.Fatal(err)
			}
		}
		out, err := c.output(context.Background(), "ogr2ogr", ogrArguments(name)...)
		if err == nil || strings.Contains(out, `"a"`) {
			t.Errorf("%s was opened: %s", name, out)
		}
	}
}

func TestCancelKillsTheChild(t *testing.T) {
	c, err := newCage("")
	if err != nil {
		t.Fatal(err)
	}
	defer c.close()
	ctx, cancel := context.WithCancel(context.Background())
	p, err := c.start(ctx, "sh", "-c", "echo $$; sleep 1000 & echo $!; wait")
	if err != nil {
		t.Fatal(err)
	}
	var shell, child int
	if _, err := fmt.Fscan(p, &shell, &child); err != nil {
		t.Fatal(err)
	}
	watched := map[int]int{}
	for _, pid := range []int{shell, child} {
		if watched[pid], err = unix.PidfdOpen(pid, 0); err != nil {
			t.Fatal(err)
		}
	}
	cancel()
	if err := p.finish(); !errors.Is(err, context.Canceled) {
		t.Errorf("finished with %v", err)
	}
	for pid, fd := range watched {
		if n, err := unix.Poll([]unix.PollFd{{Fd: int32(fd), Events: unix.POLLIN}}, 5000); n != 1 {
			t.Errorf("process %d lives (%v)", pid, err)
		}
		unix.Close(fd)
	}
}

func TestDeadlineIsAnErrorForUsers(t *testing.T) {
	ctx, cancel := context.WithDeadline(context.Background(), time.Now().Add(-time.Second))
	defer cancel()
	if r := readWithin(t, ctx, geopackage(t, 4546, feature), Options{}); r.err == nil || r.err.Code != "reading-too-slow" {
		t.Errorf("%v", r.err)
	}
}

// Folders are removed when a file is closed, and not before.
func TestFoldersAreRemoved(t *testing.T) {
	dir := t.TempDir()
	if err := os.Chmod(filepath.Dir(dir), 0o755); err != nil {
		t.Fatal(err)
	}
	left := func() int {
		found, _ := filepath.Glob(filepath.Join(dir, "hongxian-geofile-*"))
		return len(found)
	}
	path := put(t, "x.zip", zipped(t, "a.shp", shapefile(square), "a.prj", prj4546))
	f, err := Open(context.Background(), path, Options{TempDir: dir})
	if err != nil {
		t.Fatal(err)
	}
	if left() != 1 {
		t.Errorf("%d folders while open", left())
	}
	scratch.Sweep(dir)
	if left() != 1 {
		t.Error("a folder in use was swept")
	}
	f.Close()
	if _, err := Open(context.Background(), put(t, "y.zip", zipped(t, "a.shp", "rubbish")), Options{TempDir: dir}); err == nil {
		t.Error("rubbish was opened")
	}
	if left() != 0 {
		t.Errorf("%d folders after closing", left())
	}
}

// When the service is killed its child dies with it, and the next start removes
// the folder.
func TestChildDiesWithAKilledService(t *testing.T) {
	dir := os.Getenv("GEOFILE_SERVICE_DIR")
	if dir != "" { // we are the service
		c, err := newCage(dir)
		if err != nil {
			t.Fatal(err)
		}
		p, err := c.start(context.Background(), "sleep", "1000")
		if err != nil {
			t.Fatal(err)
		}
		fmt.Println("child", p.cmd.Process.Pid)
		_ = p.finish()
		return
	}
	dir = t.TempDir()
	if err := os.Chmod(filepath.Dir(dir), 0o755); err != nil { // for nobody
		t.Fatal(err)
	}
	service := exec.Command(os.Args[0], "-test.run=^TestChildDiesWithAKilledService$")
	service.Env = append(os.Environ(), "GEOFILE_SERVICE_DIR="+dir)
	out, err := service.StdoutPipe()
	if err == nil {
		err = service.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	var child int
	if _, err := fmt.Fscanf(out, "child %d", &child); err != nil {
		t.Fatal(err)
	}
	watched, err := unix.PidfdOpen(child, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer unix.Close(watched)
	if err := service.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = service.Wait()
	if n, err := unix.Poll([]unix.PollFd{{Fd: int32(watched), Events: unix.POLLIN}}, 5000); n != 1 {
		t.Errorf("the child lives (%v)", err)
	}
	left := func() int {
		found, _ := filepath.Glob(filepath.Join(dir, "hongxian-geofile-*"))
		return len(found)
	}
	if left() != 1 {
		t.Errorf("%d folders after the kill", left())
	}
	scratch.Sweep(dir)
	if left() != 0 {
		t.Error("the folder stayed")
	}
}

// A child that neither says anything nor ends is stopped, with a word for users; one
// that is only slow is not.
func TestSilentChildIsStopped(t *testing.T) {
	c, err := newCage("")
	if err != nil {
		t.Fatal(err)
	}
	defer c.close()
	run := func(script string, patience time.Duration) (string, error) {
		p, err := c.start(context.Background(), "sh", "-c", script)
		if err != nil {
			t.Fatal(err)
		}
		defer p.Close()
		p.patience = patience
		text, _ := io.ReadAll(p)
		return string(text), p.finish()
	}
	if text, err := run("echo a; exec sleep 1000", 300*time.Millisecond); text != "a\n" || geodata.AsError(err).Code != "reading-too-slow" {
		t.Errorf("%q, %v", text, err)
	}
	if text, err := run("for i in 1 2 3 4 5 6; do echo $i; sleep 0.2; done", 10*time.Second); err != nil || strings.Count(text, "\n") != 6 {
		t.Errorf("%q, %v", text, err)
	}
}

// What runs as root becomes nobody.
func TestChildIsNotRoot(t *testing.T) {
	c, err := newCage("")
	if err != nil {
		t.Fatal(err)
	}
	defer c.close()
	uid, err := c.output(context.Background(), "id", "-u")
	if err != nil {
		t.Fatal(err)
	}
	if strings.TrimSpace(uid) == "0" {
		t.Error("the child runs as root")
	}
}

func TestStoppingEarlyKillsTheChild(t *testing.T) {
	many := strings.Repeat(polygonOf(`[[[392600,3439600],[392800,3439600],[392800,3439750],[392600,3439600]]]`)+"\n", 20_000)
	f, err := Open(context.Background(), geopackage(t, 4546, many), Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var p *process
	inner := f.source
	f.source = func(ctx context.Context) (io.ReadCloser, error) {
		s, err := inner(ctx)
		p = s.(*process)
		return s, err
	}
	for _, err := range f.Features(context.Background()) {
		if err != nil {
			t.Fatal(err)
		}
		break
	}
	if !p.ended || syscall.Kill(p.cmd.Process.Pid, 0) == nil {
		t.Error("the child runs on")
	}
}
