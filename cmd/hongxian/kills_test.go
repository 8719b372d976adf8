package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"mime/multipart"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"hongxian/internal/doctor"
	"hongxian/internal/openapi"
	"hongxian/internal/pgtest/holding"
)

// BenchmarkKills, which make kills runs, kills -9 the server, its PostgreSQL or one of
// PostgreSQL's processes, HONGXIAN_KILLS times in all, at a random moment while clients
// import, publish, check, compare and hand in batches, and then asks for everything
// that was acknowledged. Single kills are among the tests of imports and batches.
func BenchmarkKills(b *testing.B) { kill(b, holding.FromEnvironment("HONGXIAN_KILLS", 200), 200) }

func kill(t testing.TB, times, features int) {
	k := startKilling(t, features)
	for i := range times {
		k.round([]string{"server", "postmaster", "backend"}[i%3])
		k.examine(false)
		if t.Failed() {
			t.Fatalf("after kill %d", i+1)
		}
		if (i+1)%20 == 0 {
			fmt.Fprintln(os.Stderr, time.Now().Format(time.TimeOnly), k)
		}
	}
	k.examine(true)
	k.s.stop(t)
	t.Logf("%s", k)
}

// killing is a service that is killed, and what it has promised.
type killing struct {
	testing.TB
	binary, data string
	s            *service
	address      string // of the service that this round's clients know
	features     int    // of a delivery

	mu        sync.Mutex
	random    *rand.Rand
	kept      map[string][]byte // bytes of an answer, by its address
	fresh     []string          // addresses of answers since the last kill
	drafts    map[string]bool   // labels whose import was reported as done
	published map[string]bool   // labels whose publication was
	batches   map[string]int    // parcels, by address
	finished  int               // batches seen whole
	newest    string            // label published last
	labels    int
	cut       int // requests that the kill cut off
	backAfter []time.Duration
	killed    map[string]int
}

func newKilling(t testing.TB, features int) *killing {
	return &killing{TB: t, features: features, random: rand.New(rand.NewPCG(9, uint64(features))),
		kept: map[string][]byte{}, drafts: map[string]bool{}, published: map[string]bool{}, batches: map[string]int{}, killed: map[string]int{}}
}

func startKilling(t testing.TB, features int) *killing {
	k := newKilling(t, features)
	k.binary, k.data = buildProgram(t), dataFolder(t)
	k.s = startService(t, k.binary, k.data)
	k.address = k.s.address
	for ref, shape := range map[string]string{"red-line@2022": redLineShape, "township@2023": townshipShape} {
		file := filepath.Join(t.TempDir(), "layer.geojson")
		if err := os.WriteFile(file, []byte(geojson(shape)), 0o644); err != nil {
			t.Fatal(err)
		}
		for _, args := range [][]string{{"import", ref, file}, {"publish", ref}} {
			if code, out, complaint := hongxian(t, append(args, "--data", k.data)...); code != exitDone {
				t.Fatalf("%v: %d %s%s", args, code, out, complaint)
			}
		}
	}
	return k
}

func (k *killing) String() string {
	slices.Sort(k.backAfter)
	return fmt.Sprintf("%v kills; %d answers, %d drafts, %d publications and %d batches acknowledged and kept, %d requests cut off; ready again after %v (median), %v (longest)",
		k.killed, len(k.kept), len(k.drafts), len(k.published), k.finished+len(k.batches), k.cut, k.backAfter[len(k.backAfter)/2], k.backAfter[len(k.backAfter)-1])
}

// round has clients work until the victim is killed, and waits until the service
// is ready again.
func (k *killing) round(victim string) {
	k.fresh, k.address = nil, k.s.address
	stop := make(chan struct{})
	var clients sync.WaitGroup
	for _, work := range []func(){k.check, k.check, k.handIn, k.bring, k.compare} {
		clients.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
					work()
				}
			}
		})
	}
	time.Sleep(time.Duration(k.number(1500)) * time.Millisecond) // the moment is random
	began := time.Now()
	k.strike(victim)
	close(stop)
	k.back(victim)
	k.backAfter = append(k.backAfter, time.Since(began).Round(time.Millisecond))
	k.killed[victim]++
	clients.Wait()
	k.address = k.s.address
}

func (k *killing) number(below int) int {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.random.IntN(below)
}

// strike kills.
func (k *killing) strike(victim string) {
	pid := k.s.cmd.Process.Pid
	if victim != "server" {
		pid = postmaster(k, pid)
	}
	if victim == "backend" {
		below, _ := os.ReadFile(fmt.Sprintf("/proc/%d/task/%d/children", pid, pid))
		if all := strings.Fields(string(below)); len(all) > 0 {
			fmt.Sscan(all[k.number(len(all))], &pid)
		}
	}
	if err := syscall.Kill(pid, syscall.SIGKILL); err != nil && err != syscall.ESRCH {
		k.Fatal(err)
	}
}

// back waits until the service is ready; a killed server, or one that has given its
// database up, is started again as an init system would.
func (k *killing) back(victim string) {
	if victim == "server" {
		_ = k.s.cmd.Wait()
		k.s = startService(k, k.binary, k.data)
	}
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
		answer, err := http.Get(k.s.address + "/readyz")
		if err == nil {
			answer.Body.Close()
			if answer.StatusCode == http.StatusOK {
				return
			}
			continue
		}
		_ = k.s.cmd.Wait() // it answers nothing only when it has ended
		k.s = startService(k, k.binary, k.data)
	}
	k.Fatalf("not ready a minute after its %s was killed\n%s", victim, k.s.log.String())
}

// send asks; 0 is a request that was cut off or refused for the moment.
func (k *killing) send(method, path, contentType string, body []byte) (int, []byte) {
	r, err := http.NewRequest(method, k.address+path, bytes.NewReader(body))
	if err != nil {
		k.Fatal(err)
	}
	r.Header.Set("Content-Type", contentType)
	answer, err := http.DefaultClient.Do(r)
	var text []byte
	if err == nil {
		text, err = io.ReadAll(answer.Body)
		answer.Body.Close()
	}
	if err != nil || answer.StatusCode >= 500 {
		k.mu.Lock()
		k.cut++
		k.mu.Unlock()
		return 0, nil
	}
	if answer.StatusCode >= 400 {
		k.Errorf("%s %s: %d %s", method, path, answer.StatusCode, text)
		return 0, nil
	}
	return answer.StatusCode, text
}

// read asks for what must be there, again while the service waits for its database:
// a killed process of PostgreSQL takes the others with it a moment later.
func (k *killing) read(path string) []byte {
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		if status, answer := k.send("GET", path, "", nil); status == http.StatusOK {
			return answer
		}
	}
	k.Fatalf("%s is not answered a minute after the kill\n%s", path, k.s.log.String())
	return nil
}

// promise notes an answer that was given.
func (k *killing) promise(address string, answer []byte) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.kept[address] = answer
	k.fresh = append(k.fresh, address)
}

// square is one of about 100 m in the county, wherever.
func (k *killing) square() string {
	x, y := 109.81+float64(k.number(180000))*1e-6, 31.01+float64(k.number(80000))*1e-6
	return fmt.Sprintf("[[[%[1]f,%[2]f],[%[3]f,%[2]f],[%[3]f,%[4]f],[%[1]f,%[4]f],[%[1]f,%[2]f]]]", x, y, x+0.001, y+0.001)
}

func (k *killing) squares(n int) string {
	shapes := make([]string, n)
	for i := range shapes {
		shapes[i] = k.square()
	}
	return geojson(shapes...)
}

// fields is a delivery of n squares of about 100 m that do not touch each other.
func (k *killing) fields(n int) string {
	shapes := make([]string, n)
	for i := range shapes {
		x, y := 109.81+0.0018*float64(i%100)+float64(k.number(400))*1e-6, 31.01+0.0018*float64(i/100)+float64(k.number(400))*1e-6
		shapes[i] = fmt.Sprintf("[[[%[1]f,%[2]f],[%[3]f,%[2]f],[%[3]f,%[4]f],[%[1]f,%[4]f],[%[1]f,%[2]f]]]", x, y, x+0.001, y+0.001)
	}
	return geojson(shapes...)
}

func (k *killing) check() {
	if status, answer := k.send("POST", "/api/v1/checks", "application/geo+json", []byte(geojson(k.square()))); status != 0 {
		k.promise("/api/v1/checks/"+identity(k, answer), answer)
	}
}

func (k *killing) handIn() {
	const parcels = 40
	status, answer := k.send("POST", "/api/v1/batches", "application/geo+json", []byte(k.squares(parcels)))
	if status == 0 {
		return
	}
	k.mu.Lock()
	k.batches["/api/v1/batches/"+identity(k, answer)] = parcels
	k.mu.Unlock()
}

// bring delivers a version of a layer and puts it in force.
func (k *killing) bring() {
	k.mu.Lock()
	k.labels++
	label := fmt.Sprint("k", k.labels)
	k.mu.Unlock()
	k.deliver("heritage", label, k.fields(k.features))
}

func (k *killing) deliver(layer, label, file string) bool {
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	_ = form.WriteField("layer", layer)
	_ = form.WriteField("label", label)
	part, _ := form.CreateFormFile("file", "layer.geojson")
	_, _ = io.WriteString(part, file)
	form.Close()
	status, answer := k.send("POST", "/api/v1/imports", form.FormDataContentType(), body.Bytes())
	if status == 0 {
		return false
	}
	for address := "/api/v1/imports/" + identity(k, answer); ; time.Sleep(10 * time.Millisecond) {
		status, answer := k.send("GET", address, "", nil)
		var i openapi.Import
		if status == 0 || json.Unmarshal(answer, &i) != nil || i.State == "failed" {
			return false
		}
		if i.State == "done" {
			break
		}
	}
	k.mu.Lock()
	k.drafts[label] = true
	k.mu.Unlock()
	return k.publish(layer, label)
}

func (k *killing) publish(layer, label string) bool {
	for deadline := time.Now().Add(time.Minute); ; {
		status, _ := k.send("POST", "/api/v1/layers/"+layer+"/versions/"+label+"/publish", "application/json", []byte("{}"))
		if status == http.StatusAccepted && time.Now().Before(deadline) {
			continue
		}
		if status != http.StatusOK {
			return false
		}
		k.mu.Lock()
		defer k.mu.Unlock()
		k.published[label], k.newest = true, label
		return true
	}
}

// compare has the newest version compared with an earlier one.
func (k *killing) compare() {
	k.mu.Lock()
	to, all := k.newest, slices.Sorted(maps.Keys(k.published))
	k.mu.Unlock()
	if len(all) < 2 {
		k.check()
		return
	}
	from := all[k.number(len(all))]
	if from == to {
		return
	}
	question := fmt.Sprintf(`{"from":"heritage@%s","to":"heritage@%s"}`, from, to)
	if status, answer := k.send("POST", "/api/v1/changes", "application/json", []byte(question)); status != 0 {
		k.promise("/api/v1/changes/"+identity(k, answer), answer)
	}
}

func identity(t testing.TB, answer []byte) string {
	var a struct{ ID string }
	if err := json.Unmarshal(answer, &a); err != nil || a.ID == "" {
		t.Errorf("%v: %s", err, answer)
	}
	return a.ID
}

// examine asks for what was acknowledged, since the last kill or ever, and has the
// program examine itself.
func (k *killing) examine(all bool) {
	k.examineVersions()
	for address, parcels := range k.batches {
		k.await(address, parcels)
	}
	addresses := k.fresh
	if all {
		addresses = slices.Collect(maps.Keys(k.kept))
	}
	for _, address := range addresses {
		if answer := k.read(address); !bytes.Equal(answer, k.kept[address]) {
			k.Errorf("%s:\n%s\nwas\n%s", address, answer, k.kept[address])
		}
	}
	if !all {
		for address := range k.batches {
			delete(k.batches, address)
			k.finished++
		}
	}
	_, text, complaint := hongxian(k, "doctor", "--format", "json", "--data", k.data)
	var found []doctor.Finding
	if err := json.Unmarshal([]byte(text), &found); err != nil {
		k.Fatalf("%v %s %s", err, text, complaint)
	}
	for _, f := range found {
		if f.Level == doctor.Fault || f.Key == "version-half-prepared" {
			k.Errorf("doctor: %+v", f)
		}
	}
	if code, out, complaint := hongxian(k, "audit", "verify", "--data", k.data); code != exitDone {
		k.Errorf("audit verify: %d %s%s", code, out, complaint)
	}
}

// examineVersions wants every version whole, exactly one in force, and those in
// force or superseded whose publication was acknowledged. A version that its own
// publication left on the way, PostgreSQL having died under a living server, is to
// be finished by publishing it again.
func (k *killing) examineVersions() {
	var list openapi.VersionList
	if err := json.Unmarshal(k.read("/api/v1/layers/heritage/versions"), &list); err != nil {
		k.Fatal(err)
	}
	states := map[string]openapi.State{}
	inForce := 0
	for _, v := range list.Versions {
		if v.State == openapi.StatePreparing && k.publish("heritage", v.Label) {
			k.examineVersions()
			return
		}
		states[v.Label] = v.State
		if v.Features != k.features {
			k.Errorf("%s has %d features of %d", v.Ref, v.Features, k.features)
		}
		if v.State == openapi.StateInForce {
			inForce++
		}
	}
	for label := range k.drafts {
		if states[label] == "" {
			k.Errorf("the import of %s was acknowledged and is gone", label)
		}
	}
	for label := range k.published {
		if s := states[label]; s != openapi.StateInForce && s != openapi.StateSuperseded {
			k.Errorf("the publication of %s was acknowledged and it is %q", label, s)
		}
	}
	if inForce > 1 || inForce == 0 && len(k.published) > 0 {
		k.Errorf("%d versions are in force", inForce)
	}
}

// await wants a batch done with every parcel answered.
func (k *killing) await(address string, parcels int) {
	var b openapi.Batch
	for deadline := time.Now().Add(2 * time.Minute); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		if status, answer := k.send("GET", address, "", nil); status == http.StatusOK && json.Unmarshal(answer, &b) == nil && b.State == openapi.JobStateDone {
			break
		}
	}
	if b.State != openapi.JobStateDone || b.Total != parcels || b.Done != parcels || b.Failed != 0 {
		k.Errorf("%s: %+v", address, b)
	}
}
