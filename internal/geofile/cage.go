package geofile

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"time"

	"hongxian/internal/scratch"
)

// What the child may use at most. The address space includes the 114 shared
// objects GDAL comes with, about 200 MB of it.
const (
	cageMemory   = 1 << 30 // bytes of address space
	cageSeconds  = 600     // processor seconds, for a large file
	leastSeconds = 10      // for the smallest
	cageWritten  = 64 << 20
	cageFiles    = 64
	nobody       = 65534
)

// cage (隔离读取) is where foreign formats are read: a folder of its own, and
// GDAL's programs run in it one after another with limits, without network,
// without the environment, as nobody when the service is root.
type cage struct {
	dir    string
	locked *scratch.Folder
}

// newCage makes the folder.
func newCage(parent string) (*cage, error) {
	folder, err := scratch.Make(parent, scratch.Reading)
	if err != nil {
		return nil, fmt.Errorf("preparing to read: %w", err)
	}
	if os.Getuid() == 0 {
		if err := os.Chown(folder.Path, nobody, nobody); err != nil {
			return nil, errors.Join(fmt.Errorf("preparing to read: %w", err), folder.Remove())
		}
	}
	return &cage{dir: folder.Path, locked: folder}, nil
}

func (c *cage) close() {
	if c != nil {
		_ = c.locked.Remove() // what stays is swept later
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

// seconds is how much processor time a program may take over what lies in the
// folder: time to read half a megabyte in each. GDAL runs in circles over some damaged
// drawings of a kilobyte, and nobody should wait ten minutes to be told.
func (c *cage) seconds() int64 {
	var held int64
	_ = filepath.WalkDir(c.dir, func(_ string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return nil // what cannot be looked at is not counted
		}
		if info, err := entry.Info(); err == nil {
			held += info.Size()
		}
		return nil
	})
	return min(leastSeconds+held/(512<<10), cageSeconds)
}

// program prepares one of GDAL's programs to run in the cage.
func (c *cage) program(ctx context.Context, name string, args ...string) *exec.Cmd {
	limits := []string{
		fmt.Sprintf("--as=%d", cageMemory), fmt.Sprintf("--cpu=%d", c.seconds()), fmt.Sprintf("--fsize=%d", cageWritten),
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
	wanted := map[string]bool{"ESRI Shapefile": true, "GPKG": true, "GeoJSON": true, "DXF": true, "OpenFileGDB": true}
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
