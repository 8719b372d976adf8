package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"net/http"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"hongxian/internal/openapi"
)

// secondStart is how long a server on a private cluster may take from its start
// to the answer of the first check.
const secondStart = 5 * time.Second

// service is hongxian serve as a process on a data folder.
type service struct {
	cmd     *exec.Cmd
	log     bytes.Buffer
	address string
}

// startService starts the program and waits until it prints its address.
func startService(t testing.TB, binary, data string) *service {
	t.Helper()
	s := &service{cmd: exec.Command(binary, "serve", "--listen", "127.0.0.1:0", "--data", data)}
	s.cmd.Stderr = &s.log
	out, err := s.cmd.StdoutPipe()
	if err == nil {
		err = s.cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.cmd.Process.Kill(); _ = s.cmd.Wait() })
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if _, address, ok := strings.Cut(lines.Text(), "serving at "); ok {
			s.address = strings.TrimSuffix(address, "/")
			return s
		}
	}
	_ = s.cmd.Wait()
	t.Fatalf("serve ended: %v\n%s", s.cmd.ProcessState, s.log.String())
	return nil
}

// stop asks the server to end as an init system does; it must end cleanly.
func (s *service) stop(t testing.TB) {
	t.Helper()
	if err := s.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- s.cmd.Wait() }()
	select {
	case err := <-ended:
		if err != nil {
			t.Errorf("after SIGTERM: %v\n%s", err, s.log.String())
		}
	case <-time.After(patience):
		t.Fatalf("still running %v after SIGTERM", patience)
	}
}

// The program as it is deployed: a process on a private cluster, filled by
// commands beside it, stopped and started again.
func TestServiceOnAPrivateCluster(t *testing.T) {
	binary, data := buildProgram(t), dataFolder(t)
	site := writeFile(t, "site.geojson", geojson(insideShape))
	first := startService(t, binary, data)
	for ref, shape := range map[string]string{"red-line@2022": redLineShape, "township@2023": townshipShape} {
		succeeds(t, "", "import", ref, writeFile(t, "layer.geojson", geojson(shape)), "--data", data)
		succeeds(t, "", "publish", ref, "--data", data)
	}
	refusesASecond(t, binary, data)
	refusesForeignPages(t, first.address)
	status, kept := upload(t, first.address, site, "")
	if status != http.StatusCreated {
		t.Fatalf("%d %s", status, kept)
	}
	first.stop(t)

	start := time.Now()
	second := startService(t, binary, data)
	listening := time.Since(start)
	status, again := upload(t, second.address, site, "")
	answered := time.Since(start)
	t.Logf("second start: listening after %.2f s, first check answered after %.2f s", listening.Seconds(), answered.Seconds())
	if answered > secondStart {
		t.Errorf("second start to first answered check: %v", answered)
	}
	if status != http.StatusOK || !bytes.Equal(again, kept) {
		t.Errorf("%d %s\nwas\n%s", status, again, kept)
	}
	second.stop(t)
}

// refusesASecond starts another server on the same folder.
func refusesASecond(t *testing.T, binary, data string) {
	t.Helper()
	out, err := exec.Command(binary, "serve", "--listen", "127.0.0.1:0", "--data", data).CombinedOutput()
	var ended *exec.ExitError
	if !errors.As(err, &ended) || ended.ExitCode() != exitInput || !strings.Contains(string(out), "hongxian serve") || !strings.Contains(string(out), "正由") {
		t.Errorf("a second server: %v\n%s", err, out)
	}
}

// refusesForeignPages asks as a page of another site would, on the wire.
func refusesForeignPages(t *testing.T, address string) {
	t.Helper()
	ask := func(host, header, value, code string) {
		t.Helper()
		r, err := http.NewRequest(http.MethodPost, address+"/api/v1/checks", strings.NewReader(geojson(insideShape)))
		if err != nil {
			t.Fatal(err)
		}
		r.Host = host
		r.Header.Set("Content-Type", "application/geo+json")
		r.Header.Set(header, value)
		answer, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer answer.Body.Close()
		var p openapi.Problem
		if err := json.NewDecoder(answer.Body).Decode(&p); err != nil || answer.StatusCode != http.StatusForbidden || p.Code != code {
			t.Errorf("%s %s %s: %d %v %+v", host, header, value, answer.StatusCode, err, p)
		}
	}
	ask("rebound.example", "Accept", "*/*", "host-foreign")
	ask("", "Origin", "http://other.example", "origin-foreign")
	ask("", "Sec-Fetch-Site", "cross-site", "origin-foreign")
}
