package intake

import (
	"fmt"

	"github.com/paulmach/orb"

	"hongxian/geodata"
)

// The tolerance a repair may change a record's area by without being refused:
// the larger of the two.
const (
	RepairTolerance      geodata.Area = 1    // m²
	RepairToleranceShare float64      = 1e-6 // of the record's area
)

// maxFindings bounds how many findings a report lists; all are counted.
const maxFindings = 1000

// Report (入库报告) says what became of a delivery's records.
// Read = Kept + Refused; repaired ones are among the kept.
type Report struct {
	Ref       string       `json:"ref"`
	SRID      int          `json:"srid"`
	Read      int          `json:"read"`
	Kept      int          `json:"kept"`
	Repaired  int          `json:"repaired"`
	Refused   int          `json:"refused"`
	Area      geodata.Area `json:"area_m2"` // sum over features, ellipsoidal
	Digest    string       `json:"digest"`
	Approvals int          `json:"approvals,omitempty"` // 批准文件 that came with it
	// Tolerance is what a repair may change an area by, in m², beside
	// RepairToleranceShare of it.
	Tolerance geodata.Area `json:"repair_tolerance_m2"`
	Findings  []Finding    `json:"findings"`
	Unlisted  int          `json:"findings_unlisted,omitempty"` // beyond the first 1,000
}

// Fate (处理结果) is what a finding meant for its record.
type Fate string

// The fates.
const (
	Refused  Fate = "refused"  // 拒收
	Repaired Fate = "repaired" // 已修复
	Noted    Fate = "noted"    // 提示
)

// Finding (问题) is one thing the planner should know about a record.
type Finding struct {
	Fate   Fate         `json:"fate"`
	Code   string       `json:"code"`
	Record int          `json:"record,omitempty"` // 1-based; 0 when it concerns the file
	At     *orb.Point   `json:"at,omitempty"`     // in the delivery's coordinates, east first
	ZH     string       `json:"zh"`
	EN     string       `json:"en"`
	Effect geodata.Area `json:"effect_m2,omitempty"` // change of area by a repair
	LonLat *orb.Point   `json:"-"`                   // At in EPSG:4490; filled in by Reports
}

func (r *Report) add(f Finding) {
	switch f.Fate {
	case Refused:
		r.Refused++
	case Repaired:
		r.Repaired++
	}
	if len(r.Findings) >= maxFindings {
		r.Unlisted++
		return
	}
	r.Findings = append(r.Findings, f)
}

// refusal words a record that was refused before the database saw it.
func refusal(e *geodata.Error) Finding {
	return Finding{Fate: Refused, Code: e.Code, Record: e.Record, At: e.At, ZH: e.ZH, EN: e.EN}
}

// nothingKept is the error of a delivery without a usable record: the first
// refusal says why.
func (r *Report) nothingKept() error {
	for _, f := range r.Findings {
		if f.Fate == Refused {
			return &geodata.Error{Kind: geodata.Invalid, Code: f.Code, Record: f.Record, At: f.At,
				ZH: fmt.Sprintf("全部 %d 条记录均不可用，未入库。首个原因：%s", r.Read, f.ZH),
				EN: fmt.Sprintf("None of the %d records can be used; nothing was stored. The first reason: %s", r.Read, f.EN)}
		}
	}
	return &geodata.Error{Kind: geodata.Invalid, Code: "no-polygons",
		ZH: "文件中没有面状图斑，未入库。", EN: "The file holds no polygons; nothing was stored."}
}
