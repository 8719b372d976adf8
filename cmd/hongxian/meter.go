package main

import (
	"fmt"
	"io"
	"os"
	"sync"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"
)

// meter shows progress on a terminal and nothing elsewhere, where it would only
// fill a log.
type meter struct {
	mu   sync.Mutex
	out  io.Writer
	live bool
	bar  *progressbar.ProgressBar
}

func newMeter(w io.Writer) *meter {
	f, ok := w.(*os.File)
	return &meter{out: w, live: ok && term.IsTerminal(int(f.Fd()))}
}

// records shows how many records are staged, and of them kept.
func (m *meter) records(staged, kept int) {
	if kept == 0 {
		m.show(fmt.Sprintf("读入 staged %d", staged), 0, 1)
		return
	}
	m.show("入库 kept", kept, staged)
}

// share shows how much of a piece of work is done, 0…1.
func (m *meter) share(what string, done float64) { m.show(what, int(done*100), 100) }

func (m *meter) show(what string, done, of int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if !m.live {
		return
	}
	if m.bar == nil || m.bar.GetMax() != of {
		m.bar = progressbar.NewOptions(of, progressbar.OptionSetWriter(m.out), progressbar.OptionClearOnFinish(),
			progressbar.OptionSetWidth(30), progressbar.OptionUseANSICodes(true))
	}
	m.bar.Describe(what)
	_ = m.bar.Set(done) // a progress bar that cannot be drawn is no error of the work
}

// finish clears the line.
func (m *meter) finish() {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.bar != nil {
		_ = m.bar.Finish()
		m.bar = nil
	}
}
