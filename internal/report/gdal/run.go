// Package gdal runs the programs of GDAL that write files.
package gdal

import (
	"bytes"
	"context"
	"fmt"
	"os/exec"
	"strings"
	"syscall"
	"time"
)

// Run runs one of GDAL's programs in a folder: with limits, without the
// service's environment, killed with its group when ctx ends. What it reads are
// our own bytes, so it needs no other user, unlike the reading of foreign files.
// made is the time the file carries.
func Run(ctx context.Context, dir string, made time.Time, program []string) error {
	limits := []string{"--as=2147483648", "--cpu=300", "--fsize=4294967296", "--nofile=64", "--core=0", "--"}
	cmd := exec.CommandContext(ctx, "prlimit", append(limits, program...)...)
	cmd.Dir = dir
	cmd.Env = []string{
		"PATH=/usr/local/bin:/usr/bin:/bin", "LC_ALL=C.UTF-8", "HOME=" + dir, "TMPDIR=" + dir, "CPL_TMPDIR=" + dir,
		"GDAL_PAM_ENABLED=NO", "GDAL_NUM_THREADS=1", "PROJ_NETWORK=OFF", "CPL_VSIL_CURL_ALLOWED_EXTENSIONS=none",
		"OGR_CURRENT_DATE=" + made.UTC().Format("2006-01-02T15:04:05.000Z"), "OGR_GEOJSON_MAX_OBJ_SIZE=0",
	}
	var said bytes.Buffer
	cmd.Stderr = &said
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	cmd.WaitDelay = 5 * time.Second
	err := cmd.Run()
	if ctx.Err() != nil {
		return fmt.Errorf("%s was stopped: %w", program[0], ctx.Err())
	}
	// GDAL may exit with 0 having left something out: an error line fails it.
	if err != nil || strings.Contains(said.String(), "ERROR ") || strings.Contains(said.String(), "FAILURE") {
		return fmt.Errorf("%s (package gdal-bin): %v: %.2000s", program[0], err, strings.TrimSpace(said.String()))
	}
	return nil
}
