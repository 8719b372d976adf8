package localpg

import (
	"fmt"
	"os"
	"runtime"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

const megabyte = 1 << 20

// settings are PostgreSQL's, derived from the machine at every start.
func settings(memory uint64, fast bool) []string {
	mb := func(bytes uint64) string { return fmt.Sprintf("%dMB", bytes/megabyte) }
	within := func(x, low, high uint64) uint64 { return min(max(x, low*megabyte), high*megabyte) }
	values := []string{
		"listen_addresses=", "port=" + port, "unix_socket_permissions=0700",
		// /dev/shm is 64 MB in many containers; files cost nothing noticeable.
		"dynamic_shared_memory_type=mmap",
		"jit=off", "timezone=UTC", "log_timezone=UTC",
		"max_connections=100",
		"shared_buffers=" + mb(within(memory/8, 64, 2048)),
		"effective_cache_size=" + mb(within(memory/2, 128, 65536)),
		"maintenance_work_mem=" + mb(within(memory/32, 64, 512)),
		"work_mem=" + mb(within(memory/256, 8, 64)),
		"max_wal_size=2GB", "checkpoint_completion_target=0.9", "random_page_cost=1.1",
		fmt.Sprintf("max_parallel_workers_per_gather=%d", min(2, runtime.NumCPU()/2)),
		"fsync=on", "full_page_writes=on", "synchronous_commit=on",
		"log_line_prefix=%m [%p] %a ", "log_min_duration_statement=10s",
	}
	if !fast {
		// Always on, so that an archive can begin without a restart; see Archive.
		return append(values, "archive_mode=on")
	}
	return append(values, "fsync=off", "full_page_writes=off", "synchronous_commit=off",
		"shared_buffers=128MB", "max_connections=200", "autovacuum=off", "wal_level=minimal", "max_wal_senders=0")
}

// machineMemory is what this machine, or the control group it is fenced into,
// has, in bytes.
func machineMemory() uint64 {
	var info unix.Sysinfo_t
	memory := uint64(1024 * megabyte)
	if unix.Sysinfo(&info) == nil {
		memory = uint64(info.Totalram) * uint64(info.Unit)
	}
	text, err := os.ReadFile("/sys/fs/cgroup/memory.max")
	if err != nil {
		return memory
	}
	if limit, err := strconv.ParseUint(strings.TrimSpace(string(text)), 10, 64); err == nil {
		memory = min(memory, limit)
	}
	return memory
}
