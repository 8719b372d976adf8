package localpg

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"syscall"
	"time"
)

// process is one run of PostgreSQL.
type process struct {
	cmd      *exec.Cmd
	ended    chan struct{} // closed when it has ended
	err      error         // how, once it has
	log      string
	logBegin int64 // where this run's lines begin in log
}

// spawn starts PostgreSQL. The goroutine that starts it keeps its thread until
// the end, because the kernel's signal at our death follows that thread.
func (c *Cluster) spawn() (*process, error) {
	log, err := c.openLog()
	if err != nil {
		return nil, err
	}
	defer log.Close()
	end, err := log.Seek(0, 2)
	if err != nil {
		return nil, err
	}
	args := []string{"-D", c.place.data(), "-k", c.socket}
	for _, setting := range settings(machineMemory(), c.options.Fast) {
		args = append(args, "-c", setting)
	}
	cmd := exec.Command(c.install.program("postgres"), args...)
	cmd.Dir, cmd.Env, cmd.SysProcAttr = "/", childEnvironment(), c.account.processAttributes()
	cmd.Stdout, cmd.Stderr = log, log
	p := &process{cmd: cmd, ended: make(chan struct{}), log: log.Name(), logBegin: end}
	started := make(chan error, 1)
	go func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := cmd.Start()
		started <- err
		if err == nil {
			p.err = cmd.Wait()
			close(p.ended)
		}
	}()
	return p, <-started
}

// openLog opens PostgreSQL's log for appending; one of more than 10 MB is put
// aside, and the one that was aside goes.
func (c *Cluster) openLog() (*os.File, error) {
	path := c.place.file("log")
	if info, err := os.Stat(path); err == nil && info.Size() > 10*megabyte {
		os.Rename(path, path+".old")
	}
	file, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return nil, err
	}
	return file, giveToFolder(file)
}

// said is the end of what this run wrote to the log.
func (p *process) said() string {
	text, err := os.ReadFile(p.log)
	if err != nil || int64(len(text)) < p.logBegin {
		return ""
	}
	return lastLines(string(text[p.logBegin:]))
}

// stop shuts PostgreSQL down: at once but cleanly, after twenty seconds harder.
func (p *process) stop() {
	p.cmd.Process.Signal(syscall.SIGINT)
	select {
	case <-p.ended:
	case <-time.After(20 * time.Second):
		p.cmd.Process.Signal(syscall.SIGQUIT)
		<-p.ended
	}
}

// clearOrphan deals with the pid file of an earlier run. A process with that pid
// that works in this data directory is an orphan and is shut down; any other
// only happens to have the pid, and PostgreSQL would refuse to start because of
// it. The caller holds owner.lock.
func (p place) clearOrphan(ctx context.Context) error {
	path := filepath.Join(p.data(), "postmaster.pid")
	text, err := os.ReadFile(path)
	if os.IsNotExist(err) {
		return nil
	}
	if err != nil {
		return err
	}
	line, _, _ := bytes.Cut(text, []byte("\n"))
	pid, err := strconv.Atoi(string(bytes.TrimSpace(line)))
	if err != nil || pid <= 1 || !p.worksHere(pid) {
		return os.Remove(path)
	}
	return p.shutDownOrphan(ctx, pid)
}

// worksHere reports whether the process's working directory is this data
// directory, as PostgreSQL's always is. A zombie has none.
func (p place) worksHere(pid int) bool {
	folder, err := os.Readlink(fmt.Sprintf("/proc/%d/cwd", pid))
	return err == nil && folder == p.data()
}

func (p place) shutDownOrphan(ctx context.Context, pid int) error {
	begin := time.Now()
	signal := syscall.SIGINT
	for p.worksHere(pid) {
		if time.Since(begin) > 20*time.Second {
			signal = syscall.SIGQUIT
		}
		if err := syscall.Kill(pid, signal); err != nil && err != syscall.ESRCH {
			return fmt.Errorf("shut down PostgreSQL left behind (pid %d): %w", pid, err)
		}
		if err := pause(ctx, 50*time.Millisecond); err != nil {
			return err
		}
	}
	return nil
}
