package doctor

import (
	"context"
	_ "embed"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"

	"hongxian/geodata"
)

//go:embed sql/versions.sql
var versionsSQL string

// What a version's sums may differ by, as at its publication.
const (
	closingM2    = 1e-4
	closingShare = 1e-9
)

// heldVersion is what was found out about a version.
type heldVersion struct {
	Ref                             string
	State                           geodata.State
	Schematic                       bool
	AtWork                          bool // being published
	Miscounted, Misstated, Lopsided bool
	Unclosed                        int
}

// examineVersions looks at every version: whether it is whole and closes.
func (d *Doctor) examineVersions(ctx context.Context) []Finding {
	rows, err := d.DB.Query(ctx, versionsSQL, pgx.StrictNamedArgs{"tolerance_m2": closingM2, "tolerance_share": closingShare})
	if err != nil {
		return []Finding{unanswered("versions", err)}
	}
	versions, err := pgx.CollectRows(rows, pgx.RowToStructByPos[heldVersion])
	if err != nil {
		return []Finding{unanswered("versions", err)}
	}
	var found []Finding
	var schematic []string
	for _, v := range versions {
		if f, bad := v.judge(); bad {
			found = append(found, f)
		}
		if v.Schematic && v.State == geodata.InForce {
			schematic = append(schematic, v.Ref)
		}
	}
	if len(schematic) > 0 {
		found = append(found, Finding{Key: "versions-schematic", Level: Note,
			ZH: fmt.Sprintf("%d 个现行版本是示意数据，无法律效力：%s。", len(schematic), strings.Join(schematic, "、")),
			EN: fmt.Sprintf("%d versions in force are schematic data without legal force: %s.", len(schematic), strings.Join(schematic, ", "))})
	}
	if Worst(found) == Good || Worst(found) == Note {
		found = append([]Finding{{Key: "versions", Level: Good, ZH: fmt.Sprintf("%d 个版本完整，图斑与不相交面逐一相符。", len(versions)),
			EN: fmt.Sprintf("%d versions are whole; every feature equals its faces.", len(versions))}}, found...)
	}
	return found
}

// judge says what is wrong with a version.
func (v heldVersion) judge() (Finding, bool) {
	published := v.State == geodata.InForce || v.State == geodata.Superseded
	f := Finding{Level: Fault, MendZH: "用备份恢复，或以新的标签重新导入并发布；在此之前不要据此出具结论。",
		MendEN: "Restore a backup, or import it under another label and publish that; draw no conclusion from it before."}
	switch {
	case v.State == geodata.Preparing && !v.AtWork:
		f.Key, f.Level = "version-half-prepared", Warning
		f.ZH, f.EN = v.Ref+" 停在发布途中。", v.Ref+" stopped on its way into force."
		f.MendZH, f.MendEN = "再运行一次 hongxian publish "+v.Ref+"，从停下处继续。", "Run hongxian publish "+v.Ref+" again; it goes on where it stopped."
	case v.Miscounted:
		f.Key, f.ZH, f.EN = "version-miscounted", v.Ref+" 的图斑数与登记不符。", v.Ref+" does not have the features it says."
	case v.Misstated:
		f.Key, f.ZH, f.EN = "version-area", v.Ref+" 的面积合计与登记不符。", "The features of "+v.Ref+" do not add up to the area it says."
	case published && v.Unclosed > 0:
		f.Key = "version-unclosed"
		f.ZH = fmt.Sprintf("%s 有 %d 个图斑与其不相交面面积不符。", v.Ref, v.Unclosed)
		f.EN = fmt.Sprintf("%d features of %s do not equal their faces.", v.Unclosed, v.Ref)
	case published && v.Lopsided:
		f.Key, f.ZH, f.EN = "version-faces", v.Ref+" 的不相交面不全，最近距离会算错。", "Faces of "+v.Ref+" are missing in the Gauss-Krüger plane; distances would be wrong."
	default:
		return f, false
	}
	return f, true
}
