package doctor

import (
	"context"
	_ "embed"
	"fmt"
	"strings"
	"time"

	"hongxian/geodata"
	"hongxian/geodata/postgis"
)

//go:embed sql/server.sql
var serverSQL string

// largestDrift is how far the clocks of program and database may be apart.
const largestDrift = 2 * time.Second

// examineServer asks whether the server keeps what it is told.
func (d *Doctor) examineServer(ctx context.Context) []Finding {
	var version, fsync, pages, checksums, autovacuum string
	var size int64
	var there time.Time
	before := d.Now()
	err := d.DB.QueryRow(ctx, serverSQL).Scan(&version, &fsync, &pages, &checksums, &autovacuum, &size, &there)
	after := d.Now()
	if err != nil {
		return []Finding{unanswered("database", err)}
	}
	found := []Finding{{Key: "database", Level: Good, ZH: fmt.Sprintf("PostgreSQL %s 应答正常，库大小 %s。", version, bytes(size)),
		EN: fmt.Sprintf("PostgreSQL %s answers; the database has %s.", version, bytes(size))}}
	if fsync != "on" || pages != "on" {
		found = append(found, Finding{Key: "database-durability", Level: Fault,
			ZH:     fmt.Sprintf("fsync=%s，full_page_writes=%s：断电会损坏数据库。", fsync, pages),
			EN:     fmt.Sprintf("fsync=%s, full_page_writes=%s: a power failure may destroy the database.", fsync, pages),
			MendZH: "在 postgresql.conf 中都设为 on，重启 PostgreSQL。", MendEN: "Set both to on in postgresql.conf and restart PostgreSQL."})
	}
	if autovacuum != "on" {
		found = append(found, Finding{Key: "database-autovacuum", Level: Warning, ZH: "autovacuum 已关闭，查询会越来越慢。",
			EN: "autovacuum is off; queries will become slow.", MendZH: "在 postgresql.conf 中设 autovacuum=on。", MendEN: "Set autovacuum=on in postgresql.conf."})
	}
	if checksums != "on" {
		found = append(found, Finding{Key: "database-checksums", Level: Note, ZH: "数据页没有校验和，磁盘悄悄损坏时不能及时发现。",
			EN:     "Data pages carry no checksums; silent damage of the disk would not be noticed.",
			MendZH: "停止 PostgreSQL 后运行 pg_checksums --enable。", MendEN: "Stop PostgreSQL and run pg_checksums --enable."})
	}
	if there.Before(before.Add(-largestDrift)) || there.After(after.Add(largestDrift)) {
		found = append(found, Finding{Key: "clock-drift", Level: Warning,
			ZH:     fmt.Sprintf("程序与数据库的时钟相差 %s，留存记录的时间会不一致。", there.Sub(after).Round(time.Millisecond)),
			EN:     fmt.Sprintf("The clocks of program and database are %s apart; the times of records will not agree.", there.Sub(after).Round(time.Millisecond)),
			MendZH: "在两台机器上启用时间同步（systemd-timesyncd 或 chrony）。", MendEN: "Synchronise both machines' clocks (systemd-timesyncd or chrony)."})
	}
	return found
}

// examineSchema asks for extensions, the measuring plane and the schema.
func (d *Doctor) examineSchema(ctx context.Context) []Finding {
	if err := postgis.CheckReady(ctx, d.DB); err != nil {
		e := geodata.AsError(err)
		return []Finding{{Key: "schema", Level: Fault, ZH: e.ZH, EN: e.EN}}
	}
	libraries, err := postgis.Libraries(ctx, d.DB)
	if err != nil {
		return []Finding{unanswered("schema", err)}
	}
	return []Finding{{Key: "schema", Level: Good, ZH: fmt.Sprintf("数据库结构为第 %d 版，与程序一致；%s。", postgis.SchemaVersion(), libraries),
		EN: fmt.Sprintf("The schema is at step %d, as the program needs; %s.", postgis.SchemaVersion(), libraries)}}
}

//go:embed sql/jobs.sql
var jobsSQL string

// examineJobs looks for work that was given up.
func (d *Doctor) examineJobs(ctx context.Context) []Finding {
	var n int
	var last string
	if err := d.DB.QueryRow(ctx, jobsSQL).Scan(&n, &last); err != nil {
		return []Finding{unanswered("jobs", err)}
	}
	if n == 0 {
		return []Finding{{Key: "jobs", Level: Good, ZH: "近七天没有放弃的后台任务。", EN: "No job was given up within seven days."}}
	}
	return []Finding{{Key: "jobs", Level: Warning, ZH: fmt.Sprintf("近七天有 %d 个后台任务多次失败后放弃，最近一个：%.300s", n, last),
		EN:     fmt.Sprintf("%d jobs failed repeatedly and were given up within seven days; the last: %.300s", n, last),
		MendZH: "按任务种类查服务日志；批量核查可重新提交，已答复的地块不再计算。", MendEN: "Look into the server's log; a batch can be handed in again, its answered parcels are not computed again."}}
}

// unanswered says that an examination could not be made.
func unanswered(key string, err error) Finding {
	e := geodata.AsError(err)
	return Finding{Key: key, Level: Fault, ZH: "未能检查：" + strings.TrimSpace(e.ZH+" "+err.Error()), EN: "It could not be examined: " + err.Error()}
}

// bytes is a size as people read it.
func bytes(n int64) string {
	for _, unit := range []string{"B", "KiB", "MiB", "GiB"} {
		if n < 10_000 {
			return fmt.Sprintf("%d %s", n, unit)
		}
		n /= 1024
	}
	return fmt.Sprintf("%d TiB", n)
}
