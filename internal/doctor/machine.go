package doctor

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"hongxian/geodata"
	"hongxian/internal/report/font"
)

// leastFree is how much room a disk should have; leastShare its share of the disk.
const (
	leastFree  = 5 << 30
	leastShare = 0.05
)

// examineDisks looks for room, and for what killed processes left.
func (d *Doctor) examineDisks(context.Context) []Finding {
	folders := []string{os.TempDir()}
	if d.Data != "" {
		folders = append(folders, d.Data)
	}
	var found []Finding
	for _, folder := range folders {
		found = append(found, examineDisk(folder))
	}
	left, _ := filepath.Glob(filepath.Join(os.TempDir(), "hongxian-*"))
	old := 0
	for _, path := range left {
		if info, err := os.Lstat(path); err == nil && info.IsDir() && d.Now().Sub(info.ModTime()) > 7*24*time.Hour {
			old++
		}
	}
	if old > 0 {
		found = append(found, Finding{Key: "temp-left", Level: Note, ZH: fmt.Sprintf("临时目录里有 %d 个一周以上的 hongxian-* 目录。", old),
			EN:     fmt.Sprintf("The folder for temporary files holds %d hongxian-* folders older than a week.", old),
			MendZH: "确认没有正在运行的程序使用后删除。", MendEN: "Delete them once no running program uses them."})
	}
	return found
}

func examineDisk(folder string) Finding {
	var s unix.Statfs_t
	if err := unix.Statfs(folder, &s); err != nil {
		return unanswered("disk", fmt.Errorf("%s: %w", folder, err))
	}
	free, all := int64(s.Bavail)*s.Bsize, int64(s.Blocks)*s.Bsize
	f := Finding{Key: "disk", Level: Good, ZH: fmt.Sprintf("%s 所在磁盘余 %s。", folder, bytes(free)), EN: fmt.Sprintf("The disk of %s has %s left.", folder, bytes(free))}
	if free < leastFree || float64(free) < leastShare*float64(all) {
		f.Level = Warning
		f.MendZH, f.MendEN = "清理或扩大磁盘：空间用尽时数据库停止写入。", "Make room: a full disk stops the database."
	}
	return f
}

// wantedDrivers are what GDAL must be able to do: r reads, w writes.
var wantedDrivers = map[string]string{"ESRI Shapefile": "rw", "GPKG": "rw", "GeoJSON": "rw", "DXF": "r", "OpenFileGDB": "rw"}

// examinePrograms asks for the programs that files are read and written with.
func (d *Doctor) examinePrograms(ctx context.Context) []Finding {
	var found []Finding
	for program, pkg := range map[string]string{"ogr2ogr": "gdal-bin", "prlimit": "util-linux"} {
		if _, err := exec.LookPath(program); err != nil {
			found = append(found, Finding{Key: "program-missing", Level: Fault, ZH: fmt.Sprintf("缺少程序 %s，部分文件格式不能读写。", program),
				EN:     fmt.Sprintf("The program %s is missing; some formats can be neither read nor written.", program),
				MendZH: "安装软件包 " + pkg + "。", MendEN: "Install the package " + pkg + "."})
		}
	}
	if len(found) > 0 {
		return found
	}
	ctx, stop := context.WithTimeout(ctx, 20*time.Second)
	defer stop()
	version, err := exec.CommandContext(ctx, "ogr2ogr", "--version").Output()
	formats, err2 := exec.CommandContext(ctx, "ogr2ogr", "--formats").Output()
	if err != nil || err2 != nil {
		return []Finding{unanswered("gdal", fmt.Errorf("ogr2ogr: %v %v", err, err2))}
	}
	if missing := missingDrivers(string(formats)); len(missing) > 0 {
		return []Finding{{Key: "gdal-drivers", Level: Fault, ZH: "GDAL 缺少格式：" + strings.Join(missing, "、") + "。",
			EN: "GDAL lacks formats: " + strings.Join(missing, ", ") + ".", MendZH: "安装 GDAL 3.6 或以上版本（Debian 12 的 gdal-bin）。",
			MendEN: "Install GDAL 3.6 or later (gdal-bin of Debian 12)."}}
	}
	name, _, _ := strings.Cut(strings.TrimSpace(string(version)), ",")
	return []Finding{{Key: "gdal", Level: Good, ZH: name + "，格式齐全。", EN: name + " with every format."}}
}

// missingDrivers are those that the list of formats, as GDAL prints it, lacks.
func missingDrivers(formats string) []string {
	can := map[string]string{}
	for line := range strings.Lines(formats) { // "  GPKG -raster,vector- (rw+vs): GeoPackage"
		name, rest, ok := strings.Cut(strings.TrimSpace(line), " -")
		if _, mode, found := strings.Cut(rest, "("); ok && found {
			can[name], _, _ = strings.Cut(mode, ")")
		}
	}
	var missing []string
	for _, name := range []string{"ESRI Shapefile", "GPKG", "GeoJSON", "DXF", "OpenFileGDB"} {
		if !strings.HasPrefix(can[name], wantedDrivers[name]) {
			missing = append(missing, name)
		}
	}
	return missing
}

// examineFonts asks for the fonts of printed reports.
func (d *Doctor) examineFonts(context.Context) []Finding {
	if _, err := font.Standard(); err != nil {
		e := geodata.AsError(err)
		return []Finding{{Key: "fonts", Level: Fault, ZH: e.ZH, EN: e.EN}}
	}
	return []Finding{{Key: "fonts", Level: Good, ZH: "中文字体可用。", EN: "The Chinese fonts are there."}}
}

// examineClock asks the kernel whether somebody keeps its clock right.
func (d *Doctor) examineClock(context.Context) []Finding {
	state, err := unix.Adjtimex(&unix.Timex{})
	return clockFinding(state != unix.TIME_ERROR, err)
}
