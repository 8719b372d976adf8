package backup

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"regexp"
	"strconv"
	"strings"

	"hongxian/geodata"
	"hongxian/geodata/postgis"
)

// contents is what a backup's table of contents says.
type contents struct {
	schema int64  // the step its schema is at
	list   string // the entries to restore, as pg_restore --use-list reads them
}

// readContents looks into a backup without touching any database. A file that is
// none, is damaged at its head or comes from a newer program is refused.
func readContents(ctx context.Context, file string) (contents, error) {
	if err := checkMagic(file); err != nil {
		return contents{}, err
	}
	list, err := output(ctx, "", "pg_restore", "--list", file)
	if err != nil {
		return contents{}, damaged(file, err)
	}
	if !strings.Contains(list, "TABLE DATA public goose_db_version") {
		return contents{}, noBackup(file)
	}
	steps, err := output(ctx, "", "pg_restore", "--data-only", "--table=goose_db_version", "--file=-", file)
	if err != nil {
		return contents{}, damaged(file, err)
	}
	c := contents{schema: newestStep(steps), list: withoutAdministrators(list)}
	if newest := postgis.SchemaVersion(); c.schema > newest {
		return contents{}, &geodata.Error{Kind: geodata.Conflict, Code: "backup-newer",
			ZH: fmt.Sprintf("备份的数据库结构为第 %d 版，比本程序（第 %d 版）新，请用更新的 hongxian 恢复。", c.schema, newest),
			EN: fmt.Sprintf("The backup's schema is at step %d, newer than this program (step %d); restore it with a newer hongxian.", c.schema, newest)}
	}
	return c, nil
}

func checkMagic(file string) error {
	f, err := os.Open(file)
	if err != nil {
		return &geodata.Error{Kind: geodata.Invalid, Code: "file-unreadable",
			ZH:  fmt.Sprintf("无法读取文件 %s。", file),
			EN:  fmt.Sprintf("The file %s cannot be read.", file),
			Err: err}
	}
	defer f.Close()
	magic := make([]byte, 5)
	if _, err := io.ReadFull(f, magic); err != nil || string(magic) != "PGDMP" {
		return noBackup(file)
	}
	return nil
}

// administrators are the entries that belong to the server, not to the service:
// restoring them takes a superuser, or would collide with what Administer made.
var administrators = regexp.MustCompile(`^\d+; \d+ \d+ (EXTENSION |COMMENT - EXTENSION |SCHEMA - public |COMMENT - SCHEMA public |ACL |DEFAULT ACL |DATABASE |TABLE DATA public spatial_ref_sys )`)

func withoutAdministrators(list string) string {
	var kept strings.Builder
	for line := range strings.Lines(list) {
		if !administrators.MatchString(line) {
			kept.WriteString(line)
		}
	}
	return kept.String()
}

// newestStep reads the rows of goose_db_version as COPY writes them:
// id, version_id, is_applied, time, tab between.
func newestStep(script string) int64 {
	var newest int64
	lines := bufio.NewScanner(strings.NewReader(script))
	for lines.Scan() {
		fields := strings.Split(lines.Text(), "\t")
		if len(fields) < 4 || fields[2] != "t" {
			continue
		}
		if step, err := strconv.ParseInt(fields[1], 10, 64); err == nil {
			newest = max(newest, step)
		}
	}
	return newest
}

func noBackup(file string) error {
	return &geodata.Error{Kind: geodata.Invalid, Code: "not-a-backup",
		ZH: fmt.Sprintf("文件 %s 不是 hongxian backup 生成的备份。", file),
		EN: fmt.Sprintf("The file %s is not a backup written by hongxian backup.", file)}
}

func damaged(file string, err error) error {
	return &geodata.Error{Kind: geodata.Invalid, Code: "backup-damaged",
		ZH:  fmt.Sprintf("备份文件 %s 已损坏或不完整，数据库未作任何改动。", file),
		EN:  fmt.Sprintf("The backup %s is damaged or cut short; the database was left as it was.", file),
		Err: err}
}
