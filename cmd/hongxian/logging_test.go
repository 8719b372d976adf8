package main

import (
	"log/slog"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// writes counts what arrives.
type writes struct {
	mu   sync.Mutex
	text strings.Builder
	n    int
}

func (w *writes) Write(b []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.n++
	return w.text.Write(b)
}

// Lines wait for each other, but not long; a warning takes along what waits.
func TestLinesAreWrittenTogether(t *testing.T) {
	before := logLevel.Level()
	logLevel.Set(slog.LevelInfo)
	defer logLevel.Set(before)
	synctest.Test(t, func(t *testing.T) {
		w := &writes{}
		log, flush := logTo(w)
		log.Info("a")
		log.With("k", 1).Info("b")
		if w.n != 0 {
			t.Errorf("written at once: %q", w.text.String())
		}
		time.Sleep(logDelay) // of the bubble's clock
		synctest.Wait()
		if w.n != 1 || strings.Count(w.text.String(), "\n") != 2 {
			t.Errorf("after the delay: %d writes, %q", w.n, w.text.String())
		}
		log.WithGroup("g").Info("c")
		log.Warn("d")
		if w.n != 2 || !strings.HasSuffix(strings.TrimSpace(w.text.String()), "msg=d") {
			t.Errorf("a warning: %d writes, %q", w.n, w.text.String())
		}
		for range logBuffer / 10 {
			log.Info("many")
		}
		if w.n < 3 {
			t.Error("a full buffer waits")
		}
		log.Info("last")
		flush()
		if !strings.HasSuffix(strings.TrimSpace(w.text.String()), "msg=last") {
			t.Error("the last line is lost")
		}
	})
}
