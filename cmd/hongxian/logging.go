package main

import (
	"context"
	"io"
	"log/slog"
	"sync"
	"time"
)

const (
	// logDelay is how long a line of the log may wait for others to be written with: a
	// map asks for tiles by the thousand, and a write a line is a third of what a
	// tile in memory costs. Warnings and errors do not wait.
	logDelay = 100 * time.Millisecond
	// logBuffer is how many bytes may wait.
	logBuffer = 32 << 10
)

// logTo makes a log whose lines go to w. Flush writes what still waits.
func logTo(w io.Writer) (log *slog.Logger, flush func()) {
	lines := &gatheredLines{to: w}
	text := slog.NewTextHandler(lines, &slog.HandlerOptions{Level: &logLevel})
	return slog.New(promptHandler{text, lines}), lines.Flush
}

// gatheredLines writes several lines at once. What cannot be written is lost: there
// is nowhere else to say so.
type gatheredLines struct {
	to io.Writer

	mu      sync.Mutex
	waiting []byte
	timed   bool // somebody will flush
}

// Write takes whole lines.
func (l *gatheredLines) Write(line []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.waiting = append(l.waiting, line...)
	switch {
	case len(l.waiting) >= logBuffer:
		l.flush()
	case !l.timed:
		l.timed = true
		time.AfterFunc(logDelay, func() {
			l.mu.Lock()
			defer l.mu.Unlock()
			l.timed = false
			l.flush()
		})
	}
	return len(line), nil
}

// Flush writes what waits.
func (l *gatheredLines) Flush() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.flush()
}

func (l *gatheredLines) flush() {
	if len(l.waiting) > 0 {
		_, _ = l.to.Write(l.waiting)
		l.waiting = l.waiting[:0]
	}
}

// promptHandler lets warnings and errors out at once, with all that waits before
// them.
type promptHandler struct {
	slog.Handler
	lines *gatheredLines
}

// Handle implements slog.Handler.
func (h promptHandler) Handle(ctx context.Context, r slog.Record) error {
	err := h.Handler.Handle(ctx, r)
	if r.Level >= slog.LevelWarn {
		h.lines.Flush()
	}
	return err
}

// WithAttrs implements slog.Handler.
func (h promptHandler) WithAttrs(attrs []slog.Attr) slog.Handler {
	return promptHandler{h.Handler.WithAttrs(attrs), h.lines}
}

// WithGroup implements slog.Handler.
func (h promptHandler) WithGroup(name string) slog.Handler {
	return promptHandler{h.Handler.WithGroup(name), h.lines}
}
