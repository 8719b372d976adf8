package geofile

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"hongxian/geodata"
)

// What the child may use at most. The address space includes the 114 shared
// objects GDAL comes with, about 200 MB of it.
const (
	cageMemory  = 1 << 30 // bytes of address space
	cageSeconds = 600     // processor seconds
	cageWritten = 64 << 20
	cageFiles   = 64
	nobody      = 65534
)

// cage (隔离读取) is where foreign formats are read: a folder of its own, and
// GDAL's programs run in it one after another with limits, without network,
// without the environment, as nobody when the service is root.
type cage struct {
	dir  string
	lock *os.File
}

const cagePrefix = "hongxian-geofile-"

// newCage makes the folder. A lock held as long as the process lives tells it
// from what a killed process left.
func newCage(parent string) (*cage, error) {
	swept.Do(func() { sweep(parent) })
	dir, err := os.MkdirTemp(parent, cagePrefix)
	if err != nil {
		return nil, fmt.Errorf("making a folder to read in: %w", err)
	}
	lock, err := os.OpenFile(filepath.Join(dir, ".lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err == nil {
		err = unix.Flock(int(lock.Fd()), unix.LOCK_EX|unix.LOCK_NB)
	}
	if err == nil && os.Getuid() == 0 {
		err = os.Chown(dir, nobody, nobody)
	}
	c := &cage{dir: dir, lock: lock}
	if err != nil {
		c.close()
		return nil, fmt.Errorf("preparing a folder to read in: %w", err)
	}
	return c, nil
}

var swept sync.Once

// sweep removes folders whose process is gone.
func sweep(parent string) {
	if parent == "" {
		parent = os.TempDir()
	}
	left, _ := filepath.Glob(filepath.Join(parent, cagePrefix+"*"))
	for _, dir := range left {
		lock, err := os.OpenFile(filepath.Join(dir, ".lock"), os.O_RDWR|syscall.O_NOFOLLOW, 0)
		if err != nil {
			// Without a lock file the folder is either being made this moment
			// or its removal was interrupted.
			if info, err := os.Lstat(dir); err == nil && info.IsDir() && time.Since(info.ModTime()) > time.Minute {
				os.RemoveAll(dir)
			}
			continue
		}
		if unix.Flock(int(lock.Fd()), unix.LOCK_EX|unix.LOCK_NB) == nil {
			os.RemoveAll(dir)
		}
		lock.Close()
	}
}

func (c *cage) close() {
	if c == nil {
		return
	}
	os.RemoveAll(c.dir)
	if c.lock != nil {
		c.lock.Close()
	}
}

// create makes a file in the cage that the child can read.
func (c *cage) create(name string) (*os.File, error) {
	f, err := os.OpenFile(filepath.Join(c.dir, name), os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err == nil && os.Getuid() == 0 {
		err = f.Chown(nobody, nobody)
	}
	return f, err
}

func (c *cage) write(name string, data []byte) error {
	return c.copy(name, bytes.NewReader(data), int64(len(data)))
}

// copy puts at most limit bytes into a file of the cage.
func (c *cage) copy(name string, r io.Reader, limit int64) error {
	f, err := c.create(name)
	if err != nil {
		return err
	}
	n, err := io.Copy(f, io.LimitReader(r, limit+1))
	if closed := f.Close(); err == nil {
		err = closed
	}
	if err == nil && n > limit {
		err = tooLarge(limit)
	}
	return err
}

// confinement is the strongest set of process attributes this machine allows:
// no network always, where the kernel lets us, and another user for root.
var confinement = sync.OnceValue(func() func() *syscall.SysProcAttr {
	base := func() *syscall.SysProcAttr {
		return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	}
	asNobody := func() *syscall.SysProcAttr {
		a := base()
		if os.Getuid() == 0 {
			a.Credential = &syscall.Credential{Uid: nobody, Gid: nobody}
		}
		return a
	}
	noNetwork := func() *syscall.SysProcAttr {
		a := asNobody()
		a.Cloneflags = syscall.CLONE_NEWNET
		if os.Getuid() != 0 {
			a.Cloneflags |= syscall.CLONE_NEWUSER
			a.UidMappings = []syscall.SysProcIDMap{{ContainerID: os.Getuid(), HostID: os.Getuid(), Size: 1}}
			a.GidMappings = []syscall.SysProcIDMap{{ContainerID: os.Getgid(), HostID: os.Getgid(), Size: 1}}
		}
		return a
	}
	for _, attr := range []func() *syscall.SysProcAttr{noNetwork, asNobody} {
		cmd := exec.Command("/bin/true")
		cmd.SysProcAttr = attr()
		if cmd.Run() == nil {
			return attr
		}
	}
	return base
})

// program prepares one of GDAL's programs to run in the cage.
func (c *cage) program(ctx context.Context, name string, args ...string) *exec.Cmd {
	limits := []string{
		fmt.Sprintf("--as=%d", cageMemory), fmt.Sprintf("--cpu=%d", cageSeconds), fmt.Sprintf("--fsize=%d", cageWritten),
		fmt.Sprintf("--nofile=%d", cageFiles), "--core=0", "--", name,
	}
	// prlimit sets the limits on itself before it becomes the program, so there
	// is no moment without them.
	cmd := exec.CommandContext(ctx, "prlimit", append(limits, args...)...)
	cmd.Dir = c.dir
	cmd.Env = []string{
		"PATH=/usr/local/bin:/usr/bin:/bin", "LC_ALL=C.UTF-8", "HOME=" + c.dir, "TMPDIR=" + c.dir, "CPL_TMPDIR=" + c.dir,
		"GDAL_SKIP=" + foreignDrivers(), "GDAL_PAM_ENABLED=NO", "GDAL_NUM_THREADS=1", "PROJ_NETWORK=OFF",
		"CPL_VSIL_CURL_ALLOWED_EXTENSIONS=none", "SHAPE_RESTORE_SHX=YES", "OGR_SQLITE_LOAD_EXTENSIONS=", "CPL_MAX_ERROR_REPORTS=20",
	}
	cmd.SysProcAttr = confinement()()
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	cmd.WaitDelay = 5 * time.Second
	return cmd
}

var driverLine = regexp.MustCompile(`(?m)^  (.+?) -[a-z,]+- \(`)

// foreignDrivers lists all drivers but those wanted, so that a file that lies
// about its kind (a VRT naming other files, say) is opened by none.
var foreignDrivers = sync.OnceValue(func() string {
	wanted := map[string]bool{"ESRI Shapefile": true, "GPKG": true, "GeoJSON": true}
	seen := map[string]bool{}
	var skip []string
	for _, program := range []string{"ogrinfo", "gdalinfo"} {
		out, _ := exec.Command(program, "--formats").Output()
		for _, m := range driverLine.FindAllStringSubmatch(string(out), -1) {
			if !wanted[m[1]] && !seen[m[1]] {
				seen[m[1]] = true
				skip = append(skip, m[1])
			}
		}
	}
	// Two drivers are listed under another name than they are skipped by.
	return strings.Join(append(skip, "netCDF", "BAG"), ",")
})

// output runs a program to its end and gives what it printed, 1 MB at most.
func (c *cage) output(ctx context.Context, name string, args ...string) (string, error) {
	p, err := c.start(ctx, name, args...)
	if err != nil {
		return "", err
	}
	text, _ := io.ReadAll(io.LimitReader(p, 1<<20))
	return string(text), p.finish()
}

// process is a running program whose output is read from a pipe.
type process struct {
	io.Reader
	ctx    context.Context
	stop   context.CancelFunc
	cmd    *exec.Cmd
	stderr tail
	ended  bool
	err    error
}

func (c *cage) start(ctx context.Context, name string, args ...string) (*process, error) {
	inner, stop := context.WithCancel(ctx)
	p := &process{ctx: ctx, stop: stop, cmd: c.program(inner, name, args...)}
	p.cmd.Stderr = &p.stderr
	out, err := p.cmd.StdoutPipe()
	if err == nil {
		err = p.cmd.Start()
	}
	if err != nil {
		stop()
		return nil, fmt.Errorf("starting %s (package gdal-bin): %w", name, err)
	}
	p.Reader = out
	return p, nil
}

// finish waits for a program whose output was read to the end.
func (p *process) finish() error {
	if p.ended {
		return p.err
	}
	// Whatever was not read is read, so that the program is not blocked; what
	// it still says is bounded by its limits.
	_, _ = io.Copy(io.Discard, p.Reader)
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
				ZH: "读取文件超过时限，已中止；请简化或拆分后再提交。", EN: "Reading the file took longer than allowed and was stopped; simplify or split it."}
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
