package office

import (
	"time"

	"hongxian/internal/openapi"
	"hongxian/internal/overlap"
	"hongxian/internal/report/pieces"
)

// Paper (核查报告) is a kept answer and what its printed forms add to it. Only
// Check is required.
type Paper struct {
	Check openapi.Check
	// Parcels are the single checks where a file held several parcels; Check is
	// then the answer for all of them as one.
	Parcels []openapi.Check
	// Picture is where the coordinates come from; nil leaves them out, which the
	// documents say.
	Picture *overlap.Picture
	Figure  []byte // the map, PNG; nil for none
	QR      []byte // the code as a picture, PNG, for Word documents; nil for none

	Letterhead  string // 抬头: the office that issues it
	Number      string // 查询编号; when empty the code, or else the beginning of the check's id
	Code        string // 查验码, by which the answer is found again
	VerifyAt    string // where the code can be verified: an address or a command
	Secrecy     string // 密级; a blank to fill in when empty
	MapApproval string // 审图号; a blank to fill in when empty
	Program     string // name and version of the program
}

const (
	title = "建设项目用地空间管控重叠核查报告"
	// checkIDProperty names the custom property that carries the check's id.
	checkIDProperty = "hongxian-check-id"
	schematicMark   = "【示意数据】非真实界线，无法律效力"
	schematicLine   = schematicMark + "。Schematic data, without legal force."
	blank           = "________________"
)

// beijing is China's civil time, by which documents are dated.
var beijing = time.FixedZone("北京时间", 8*60*60)

func (p Paper) number() string {
	for _, n := range []string{p.Number, p.Code} {
		if n != "" {
			return n
		}
	}
	return p.Check.Id[:min(len(p.Check.Id), 16)]
}

// header is printed at the top of every page.
func (p Paper) header() string {
	if p.Check.Schematic {
		return schematicMark
	}
	return title
}

// set is the picture's pieces in its plane; ok is false without a picture.
func (p Paper) set() (pieces.Set, bool) {
	if p.Picture == nil {
		return pieces.Set{}, false
	}
	return pieces.Of(p.Check, p.Picture), true
}

func orBlank(s string) string {
	if s == "" {
		return blank
	}
	return s
}
