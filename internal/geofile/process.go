package geofile

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"strings"
	"syscall"
	"time"

	"hongxian/geodata"
)

// output runs a program to its end and gives what it printed, 1 MB at most.
func (c *cage) output(ctx context.Context, name string, args ...string) (string, error) {
	p, err := c.start(ctx, name, args...)
	if err != nil {
		return "", err
	}
	text, _ := io.ReadAll(io.LimitReader(p, 1<<20))
	return string(text), p.finish()
}

// cageSilence is how long a program may say nothing while it is listened to. It is
// more than its processor seconds: a program that works is ended by those.
const cageSilence = 2 * cageSeconds * time.Second

// process is a running program whose output is read from a pipe.
type process struct {
	pipe     io.Reader
	ctx      context.Context
	stop     context.CancelFunc
	cmd      *exec.Cmd
	patience time.Duration
	stderr   tail
	ended    bool
	err      error
}

// Read reads what the program says. One that is silent for too long is killed.
func (p *process) Read(b []byte) (int, error) {
	silent := time.AfterFunc(p.patience, p.stop)
	defer silent.Stop()
	return p.pipe.Read(b)
}

func (c *cage) start(ctx context.Context, name string, args ...string) (*process, error) {
	inner, stop := context.WithCancel(ctx)
	p := &process{ctx: ctx, stop: stop, cmd: c.program(inner, name, args...), patience: cageSilence}
	p.cmd.Stderr = &p.stderr
	out, err := p.cmd.StdoutPipe()
	if err == nil {
		err = p.cmd.Start()
	}
	if err != nil {
		stop()
		return nil, fmt.Errorf("starting %s (package gdal-bin): %w", name, err)
	}
	p.pipe = out
	return p, nil
}

// finish waits for a program whose output was read to the end.
func (p *process) finish() error {
	if p.ended {
		return p.err
	}
	// Whatever was not read is read, so that the program is not blocked; what
	// it still says is bounded by its limits.
	_, _ = io.Copy(io.Discard, p)
	return p.wait()
}

func (p *process) wait() error {
	if p.ended {
		return p.err
	}
	p.ended = true
	err := p.cmd.Wait()
	p.stop()
	p.err = p.judge(err)
	return p.err
}

// Close kills the program if it still runs.
func (p *process) Close() error {
	if !p.ended {
		p.stop()
		_ = p.wait()
	}
	return nil
}

// judge words how a program ended. An error line fails it even when it exits
// with 0, because GDAL then has left something out.
func (p *process) judge(err error) error {
	if p.ctx.Err() != nil {
		return cancelled(p.ctx)
	}
	said := p.stderr.String()
	if err == nil && !strings.Contains(said, "ERROR ") && !strings.Contains(said, "FAILURE") {
		return nil
	}
	cause := fmt.Errorf("%s: %v: %s", p.cmd.Args[len(p.cmd.Args)-1], err, strings.TrimSpace(said))
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		status, _ := exit.Sys().(syscall.WaitStatus)
		switch {
		case status.ExitStatus() == 126 || status.ExitStatus() == 127:
			return fmt.Errorf("the program cannot be run (package gdal-bin): %w", cause)
		case status.Signaled() && (status.Signal() == syscall.SIGXCPU || status.Signal() == syscall.SIGKILL):
			return &geodata.Error{Kind: geodata.TooLarge, Code: "reading-too-slow", Err: cause,
				ZH: "读取文件超过时限，已中止；文件可能已损坏，请重新导出，或简化、拆分后再提交。", EN: "Reading the file took longer than allowed and was stopped; it may be damaged: export it again, or simplify or split it."}
		case status.Signaled(), strings.Contains(said, "memory"), strings.Contains(said, "bad_alloc"):
			return &geodata.Error{Kind: geodata.TooLarge, Code: "reading-too-much-memory", Err: cause,
				ZH: "读取文件所需内存超过上限或文件已损坏，已拒收。", EN: "Reading the file takes more memory than allowed, or the file is damaged; it is refused."}
		}
	}
	return because(invalid("file-unreadable", "文件内容损坏，无法完整读取，已拒收；请重新导出。",
		"The file is damaged and cannot be read completely; it is refused. Export it again."), cause)
}

// tail keeps the first bytes a program says.
type tail struct{ bytes.Buffer }

func (t *tail) Write(p []byte) (int, error) {
	if room := 16<<10 - t.Len(); room > 0 {
		t.Buffer.Write(p[:min(room, len(p))])
	}
	return len(p), nil
}
