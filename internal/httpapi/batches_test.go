package httpapi

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"hongxian/internal/answer"
	"hongxian/internal/batch"
	"hongxian/internal/openapi"
)

const aBatch = "0123456789abcdef0123456789abcdef"

// desk is a fake of everything behind batches: one batch of four parcels.
type desk struct {
	mu    sync.Mutex
	held  batch.Batch
	moved []chan struct{}
	asked answer.Question
}

func newDesk() *desk {
	return &desk{held: batch.Batch{County: "500237", ID: aBatch, Name: "批次", State: batch.Waiting,
		Versions: []string{"500237.red-line@2022"}, Total: 4, Created: day}}
}

func (d *desk) Take(_ context.Context, q answer.Question) (batch.Batch, error) {
	d.asked = q
	return d.held, nil
}

func (d *desk) Find(_ context.Context, _, id string) (batch.Batch, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if id != aBatch {
		return batch.Batch{}, notFound("batch-unknown", "没有。", "None.")
	}
	return d.held, nil
}

func (d *desk) Cancel(context.Context, string, string) error {
	d.move(batch.Cancelled, 1)
	return nil
}

func (d *desk) List(_ context.Context, _ string, limit int, before time.Time, behind string) (out []batch.Batch, err error) {
	for i := range 3 {
		b := d.held
		b.ID = fmt.Sprintf("%032x", i+1)
		if (b.Created.Before(before) || behind != "" && b.ID > behind) && len(out) < limit {
			out = append(out, b)
		}
	}
	return out, nil
}

func (d *desk) Parcels(_ context.Context, held batch.Batch, after, limit int) ([]openapi.Parcel, error) {
	list := []openapi.Parcel{}
	for n := after + 1; n <= held.Total && len(list) < limit; n++ {
		list = append(list, openapi.Parcel{Number: n, State: openapi.ParcelStateWaiting, Layers: []openapi.ParcelLayer{}})
	}
	return list, nil
}

func (d *desk) Shapes(_ context.Context, _ batch.Key, after, limit int) (out []batch.Shape, err error) {
	for n := after + 1; n <= 3 && len(out) < limit; n++ {
		shape := batch.Shape{Number: n, State: "waiting", Geometry: json.RawMessage(`{"type":"MultiPolygon","coordinates":[]}`)}
		if n == 1 {
			shape.State, shape.Record, shape.Outcome = "answered", checkID(1), "review"
		}
		out = append(out, shape)
	}
	return out, nil
}

func (d *desk) WriteXLSX(_ context.Context, w io.Writer, _ batch.Batch) error {
	_, err := io.WriteString(w, "PK")
	return err
}

func (d *desk) WriteCSV(_ context.Context, w io.Writer, _, _ string) error {
	_, err := io.WriteString(w, "序号\r\n合计\r\n")
	return err
}

func (d *desk) Subscribe(string) (<-chan struct{}, func()) {
	d.mu.Lock()
	defer d.mu.Unlock()
	c := make(chan struct{}, 10)
	d.moved = append(d.moved, c)
	return c, func() {}
}

func (d *desk) move(state batch.State, done int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.held.State, d.held.Done = state, done
	for _, c := range d.moved {
		c <- struct{}{}
	}
}

func withDesk(t *testing.T) (*site, *desk) {
	s, d := newSite(t), newDesk()
	s.server.Batches, s.server.News = d, d
	return s, d
}

func TestBatchOverHTTP(t *testing.T) {
	s, d := withDesk(t)
	w := s.do(s.request("POST", "/api/v1/batches?name=x", strings.NewReader(`{"type":"FeatureCollection"}`), "Content-Type", "application/geo+json"))
	if w.Code != http.StatusAccepted || w.Header().Get("Location") != "/api/v1/batches/"+aBatch || d.asked.Name != "x" {
		t.Errorf("%d %v %s", w.Code, w.Header(), w.Body)
	}
	if w := s.get("/api/v1/batches/" + aBatch); w.Code != http.StatusOK || !strings.Contains(w.Body.String(), `"state":"waiting"`) {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	if w := s.get("/api/v1/jobs/" + aBatch); w.Code != http.StatusOK || !strings.Contains(w.Body.String(), `"kind":"batch"`) {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	if w := s.get("/api/v1/batches/" + aBatch + ".xlsx"); w.Code != http.StatusOK || w.Body.String() != "PK" {
		t.Errorf("workbook: %d %q", w.Code, w.Body)
	}
	s.problem(s.get("/api/v1/batches/"+aBatch+".pdf"), http.StatusNotFound, "format-unknown")
	if w := s.get("/api/v1/batches/" + aBatch + ".csv"); !strings.HasPrefix(w.Header().Get("Content-Type"), "text/csv") || !strings.Contains(w.Body.String(), "合计") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	if w := s.do(s.request("DELETE", "/api/v1/batches/"+aBatch, nil)); w.Code != http.StatusOK || !strings.Contains(w.Body.String(), `"cancelled"`) {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	s.problem(s.get("/api/v1/jobs/"+aBatch+".exe/events"), http.StatusNotFound, "batch-unknown")
	for _, id := range []string{"1", strings.Repeat("f", 32)} {
		s.problem(s.get("/api/v1/batches/"+id), http.StatusNotFound, "batch-unknown")
		s.problem(s.get("/api/v1/jobs/"+id+"/events"), http.StatusNotFound, "batch-unknown")
	}
}

// Pages of batches and of parcels follow each other without repeats or gaps.
func TestBatchLists(t *testing.T) {
	s, _ := withDesk(t)
	var batches openapi.BatchList
	var ids []string
	for next := "/api/v1/batches?limit=2&county=500237"; next != ""; {
		batches = openapi.BatchList{}
		w := s.get(next)
		if err := json.Unmarshal(w.Body.Bytes(), &batches); err != nil || w.Code != http.StatusOK {
			t.Fatalf("%d %v %s", w.Code, err, w.Body)
		}
		for _, b := range batches.Batches {
			ids = append(ids, b.Id[31:])
		}
		if next = ""; batches.Next != nil {
			next = *batches.Next
		}
	}
	if strings.Join(ids, "") != "123" {
		t.Errorf("listed %v", ids)
	}
	var numbers []int
	for next := "/api/v1/batches/" + aBatch + "/parcels?limit=3"; next != ""; {
		parcels := openapi.ParcelList{}
		w := s.get(next)
		if err := json.Unmarshal(w.Body.Bytes(), &parcels); err != nil || w.Code != http.StatusOK {
			t.Fatalf("%d %v %s", w.Code, err, w.Body)
		}
		for _, p := range parcels.Parcels {
			numbers = append(numbers, p.Number)
		}
		if next = ""; parcels.Next != nil {
			next = *parcels.Next
		}
	}
	if !slices.Equal(numbers, []int{1, 2, 3, 4}) {
		t.Errorf("parcels %v", numbers)
	}
	s.problem(s.get("/api/v1/batches?limit=101"), http.StatusBadRequest, "limit-malformed")
	s.problem(s.get("/api/v1/batches/"+aBatch+"/parcels?limit=1001"), http.StatusBadRequest, "limit-malformed")
	s.problem(s.get("/api/v1/batches/"+aBatch+"/parcels?after=-1"), http.StatusBadRequest, "after-malformed")
	s.problem(s.get("/api/v1/batches/"+strings.Repeat("f", 32)+"/parcels"), http.StatusNotFound, "batch-unknown")
}

// The stream gives the state at once, each move, and ends with the job.
func TestEvents(t *testing.T) {
	s, d := withDesk(t)
	server := httptest.NewServer(s.server)
	defer server.Close()
	events := func(last string) *bufio.Scanner {
		t.Helper()
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		t.Cleanup(cancel)
		r, err := http.NewRequestWithContext(ctx, "GET", server.URL+"/api/v1/jobs/"+aBatch+"/events", nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Last-Event-ID", last)
		response, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { response.Body.Close() })
		if response.Header.Get("Content-Type") != "text/event-stream" {
			t.Errorf("%v", response.Header)
		}
		return bufio.NewScanner(response.Body)
	}
	expect := func(lines *bufio.Scanner, want string) {
		t.Helper()
		for lines.Scan() {
			if id, ok := strings.CutPrefix(lines.Text(), "id: "); ok {
				if id != want {
					t.Errorf("event %s, want %s", id, want)
				}
				return
			}
		}
		if err := lines.Err(); want != "" || err != nil && !errors.Is(err, io.EOF) {
			t.Errorf("the stream ended before %s: %v", want, err)
		}
	}
	lines := events("")
	expect(lines, "waiting-0")
	d.move(batch.Running, 2)
	expect(lines, "running-2")
	again := events("running-2") // it has that one: the next is news
	d.move(batch.Running, 3)
	expect(again, "running-3")
	d.move(batch.Done, 4)
	expect(again, "done-4")
	expect(again, "")
}

func TestShapesOfABatchComeInPages(t *testing.T) {
	s, _ := withDesk(t)
	var page openapi.ShapeList
	w := s.get("/api/v1/batches/" + aBatch + "/shapes?limit=2")
	if err := json.Unmarshal(w.Body.Bytes(), &page); err != nil || len(page.Shapes) != 2 || page.Next == nil || *page.Shapes[0].Check != checkID(1) || page.Shapes[1].Outcome != nil {
		t.Fatalf("%v %d %s", err, w.Code, w.Body)
	}
	w = s.get(*page.Next)
	page = openapi.ShapeList{}
	if err := json.Unmarshal(w.Body.Bytes(), &page); err != nil || len(page.Shapes) != 1 || page.Shapes[0].Number != 3 || page.Next != nil {
		t.Errorf("%v %d %s", err, w.Code, w.Body)
	}
	s.problem(s.get("/api/v1/batches/"+aBatch+"/shapes?after=-1"), http.StatusBadRequest, "after-malformed")
	s.problem(s.get("/api/v1/batches/"+aBatch+"/shapes?limit=5001"), http.StatusBadRequest, "limit-malformed")
}
