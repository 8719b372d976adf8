package doctor

import (
	"context"
	"crypto/tls"
	_ "embed"
	"fmt"
	"path/filepath"
	"time"

	"hongxian/internal/audit"
	"hongxian/internal/backup"
	"hongxian/internal/localpg"
)

//go:embed sql/archiver.sql
var archiverSQL string

const (
	// oldestBase is how old the newest base backup may be: the daily timer has then
	// failed for a week.
	oldestBase = 7 * 24 * time.Hour
	// certificateNotice is how long before its end a certificate is spoken of.
	certificateNotice = 30 * 24 * time.Hour
)

// examineArchive asks whether what changes is kept elsewhere. It is for a private
// cluster: a named server is its administrator's.
func (d *Doctor) examineArchive(ctx context.Context) []Finding {
	if d.Data == "" {
		return nil
	}
	var on, failing bool
	var command, stuck string
	if err := d.DB.QueryRow(ctx, archiverSQL).Scan(&on, &command, &failing, &stuck); err != nil {
		return []Finding{unanswered("archive", err)}
	}
	folder := filepath.Dir(localpg.ArchiveFolder(command))
	const mendZH, mendEN = "运行 hongxian backup --base 目录，目录在另一块磁盘上。", "Run hongxian backup --base FOLDER, with a folder on another disk."
	switch {
	case !on || localpg.ArchiveFolder(command) == "":
		return []Finding{{Key: "archive-off", Level: Note, ZH: "没有持续归档：磁盘损坏时会丢失上次备份以来的改动。",
			EN: "Nothing is archived continuously: a broken disk loses what changed since the last backup.", MendZH: mendZH, MendEN: mendEN}}
	case failing:
		return []Finding{{Key: "archive-failing", Level: Fault, ZH: fmt.Sprintf("日志 %s 归档到 %s 失败，正在数据盘上积压。", stuck, folder),
			EN:     fmt.Sprintf("Archiving %s to %s fails; the log piles up on the data disk.", stuck, folder),
			MendZH: "检查该目录是否挂载、可写、有空间；修好后会自动补上。", MendEN: "See that the folder is mounted, writable and has room; once it has, PostgreSQL catches up."}}
	}
	bases, err := backup.Bases(folder)
	if err != nil {
		return []Finding{unanswered("archive", err)}
	}
	if len(bases) == 0 || d.Now().Sub(bases[len(bases)-1].Finished) > oldestBase {
		return []Finding{{Key: "base-old", Level: Warning, ZH: "最近七天没有基础备份：" + folder + "。", EN: "There is no base backup of the last seven days in " + folder + ".",
			MendZH: "查看 systemctl status hongxian-backup，或运行 hongxian backup --base。", MendEN: "See systemctl status hongxian-backup, or run hongxian backup --base."}}
	}
	last := bases[len(bases)-1].Finished.Local().Format(time.DateTime)
	return []Finding{{Key: "archive", Level: Good, ZH: fmt.Sprintf("持续归档到 %s；%d 份基础备份，最近一份 %s。", folder, len(bases), last),
		EN: fmt.Sprintf("The log is archived to %s; %d base backups, the last of %s.", folder, len(bases), last)}}
}

// examineCertificate asks whether the server's certificate is good, where it has one.
func (d *Doctor) examineCertificate(context.Context) []Finding {
	if d.Certificate == "" {
		return nil
	}
	const mendZH, mendEN = "换上有效的证书和私钥（HONGXIAN_TLS_CERT、HONGXIAN_TLS_KEY），重启服务。", "Put a valid certificate and key in place (HONGXIAN_TLS_CERT, HONGXIAN_TLS_KEY) and restart the service."
	pair, err := tls.LoadX509KeyPair(d.Certificate, d.Key)
	if err != nil {
		return []Finding{{Key: "certificate", Level: Fault, ZH: fmt.Sprintf("TLS 证书不能使用：%v。", err), EN: fmt.Sprintf("The TLS certificate cannot be used: %v.", err),
			MendZH: mendZH, MendEN: mendEN}}
	}
	end := pair.Leaf.NotAfter
	f := Finding{Key: "certificate", Level: Good, ZH: "TLS 证书有效至 " + end.Local().Format(time.DateOnly) + "。", EN: "The TLS certificate is valid until " + end.Local().Format(time.DateOnly) + "."}
	if left := end.Sub(d.Now()); left < certificateNotice || d.Now().Before(pair.Leaf.NotBefore) {
		f.Level, f.MendZH, f.MendEN = Warning, mendZH, mendEN
		if left < 0 || d.Now().Before(pair.Leaf.NotBefore) {
			f.Level = Fault
			f.ZH, f.EN = "TLS 证书不在有效期内（至 "+end.Local().Format(time.DateOnly)+"）。", "The TLS certificate is out of its time (until "+end.Local().Format(time.DateOnly)+")."
		}
	}
	return []Finding{f}
}

// examineAudit follows the audit chain.
func (d *Doctor) examineAudit(ctx context.Context) []Finding {
	v, err := (&audit.Trail{DB: d.DB}).Verify(ctx)
	if err != nil {
		return []Finding{unanswered("audit", err)}
	}
	if !v.Whole() {
		return []Finding{{Key: "audit-broken", Level: Fault, ZH: fmt.Sprintf("审计链有 %d 处断点。", v.Broken), EN: fmt.Sprintf("The audit chain is broken in %d places.", v.Broken),
			MendZH: "运行 hongxian audit verify 看断在哪里，与备份中的链比对，并按规定上报。", MendEN: "Run hongxian audit verify to see where, compare with a backup's chain, and report it."}}
	}
	return []Finding{{Key: "audit", Level: Good, ZH: fmt.Sprintf("审计链 %d 条，完整。", v.Entries), EN: fmt.Sprintf("The audit chain of %d entries is whole.", v.Entries)}}
}

// clockFinding says whether the machine's clock is kept right.
func clockFinding(synchronised bool, err error) []Finding {
	switch {
	case err != nil: // not everywhere may be asked
		return nil
	case synchronised:
		return []Finding{{Key: "clock", Level: Good, ZH: "本机时钟已同步。", EN: "This machine's clock is synchronised."}}
	}
	return []Finding{{Key: "clock", Level: Note, ZH: "本机时钟未与时间服务器同步，答复和审计的时间可能不准。",
		EN:     "This machine's clock is not synchronised; the times of answers and of the audit trail may be off.",
		MendZH: "启用 systemd-timesyncd 或 chrony，内网用本单位的时间服务器。", MendEN: "Enable systemd-timesyncd or chrony, with the intranet's time server."}}
}
