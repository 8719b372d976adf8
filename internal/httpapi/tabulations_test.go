package httpapi

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"hongxian/geodata"
	"hongxian/internal/answer"
)

// slowTables are computed for longer than a client waits; every look finds them one
// state farther.
type slowTables struct{ states []answer.Tabulation }

var slowID = strings.Repeat("ab", 16)

func (s *slowTables) Ask(context.Context, answer.StatsQuestion) (answer.Answer, *answer.Tabulation, error) {
	return answer.Answer{}, &answer.Tabulation{ID: slowID}, nil
}

func (s *slowTables) Find(id string) (answer.Tabulation, <-chan struct{}, bool) {
	if id != slowID {
		return answer.Tabulation{}, nil, false
	}
	now := s.states[0]
	if len(s.states) > 1 {
		s.states = s.states[1:]
	}
	moved := make(chan struct{})
	close(moved)
	return now, moved, true
}

func TestTableThatTakesLongIsAJob(t *testing.T) {
	run := func(share float64, done bool, err error) answer.Tabulation {
		return answer.Tabulation{ID: slowID, What: "500237.red-line@2026", Share: share, Done: done, Err: err, Table: checkID(1)}
	}
	s := newSite(t, func(c *Config) {
		c.Tabulations = &slowTables{states: []answer.Tabulation{run(0.1, false, nil), run(0.1, false, nil), run(0.5, false, nil), run(1, true, nil)}}
	})
	w := s.do(s.request(http.MethodPost, "/api/v1/stats/townships?layers=red-line@2026", nil))
	if w.Code != http.StatusAccepted || w.Header().Get("Location") != "/api/v1/jobs/"+slowID {
		t.Fatalf("%d %s %s", w.Code, w.Header(), w.Body)
	}
	waiting := newSite(t, func(c *Config) {
		c.Tabulations = &slowTables{states: []answer.Tabulation{{ID: slowID, Position: 3}}}
	})
	if w := waiting.get("/api/v1/jobs/" + slowID); !strings.Contains(w.Body.String(), `"state":"waiting"`) || !strings.Contains(w.Body.String(), `"queue_position":3`) {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	if w := s.get("/api/v1/jobs/" + slowID); w.Code != http.StatusOK || !strings.Contains(w.Body.String(), `"kind":"stats","state":"running","total":100,"done":10`) {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	stream := httptest.NewRecorder()
	s.server.ServeHTTP(stream, s.request(http.MethodGet, "/api/v1/jobs/"+slowID+"/events", nil))
	events := stream.Body.String()
	if strings.Count(events, "event: progress") != 2 || !strings.Contains(events, `"done":50`) || !strings.Contains(events, `"state":"done","total":100,"done":100,"failed":0,"result":"/api/v1/stats/townships/`+checkID(1)) {
		t.Error(events)
	}

	failed := newSite(t, func(c *Config) {
		c.Tabulations = &slowTables{states: []answer.Tabulation{run(0.1, true, &geodata.Error{Kind: geodata.Invalid, Code: "zones-refused", ZH: "坏了。", EN: "It is broken."})}}
	})
	if w := failed.get("/api/v1/jobs/" + slowID); !strings.Contains(w.Body.String(), `"state":"failed"`) || !strings.Contains(w.Body.String(), `"error":{"code":"zones-refused","detail":"坏了。","detail_en":"It is broken."}`) {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}
