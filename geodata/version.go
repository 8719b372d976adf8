package geodata

import (
	"fmt"
	"regexp"
	"time"
)

// State (状态) is where a version stands in its life.
type State string

// The states, in order.
const (
	Draft      State = "draft"      // 草稿: imported, may be replaced or dropped
	Preparing  State = "preparing"  // 准备中: being put in force
	InForce    State = "in_force"   // 现行: the one that answers
	Superseded State = "superseded" // 已被替代: kept, still answers by its label
)

// Version (版本) is one immutable edition of a layer.
type Version struct {
	ID        int64 // the database's key, never shown
	County    string
	Layer     LayerKey
	Label     string
	State     State
	SRID      int        // of the delivery, an EPSG code
	Effective *time.Time // 生效日期 of the document, a day; nil when not given
	Basis     string     // 依据文号, empty when not given
	Schematic bool       // 示意数据: must be labelled wherever it shows
	Source    string     // the delivered file's name
	Digest    string     // SHA-256 of the features, hex; empty until imported
	Features  int
	Area      Area // sum over features
	Created   time.Time
	Published *time.Time // in force since; nil before
	Secrecy   Secrecy    // 密级 of its layer
}

// Ref is the version's full reference: 500237.red-line@2022.
func (v Version) Ref() VersionRef {
	return VersionRef{County: v.County, Layer: v.Layer, Label: v.Label}
}

// VersionRef (版本引用) names a version: [county.]layer[@label]. An empty County
// means the only one the deployment holds, an empty Label the version in force.
type VersionRef struct {
	County string
	Layer  LayerKey
	Label  string
}

var (
	countyPattern = regexp.MustCompile(`^[0-9A-Za-z]{1,16}$`)
	labelPattern  = regexp.MustCompile(`^[0-9A-Za-z][0-9A-Za-z._-]{0,31}$`)
	refPattern    = regexp.MustCompile(`^(?:([^.@]*)\.)?([^.@]*)(?:@(.*))?$`)
)

// ParseVersionRef reads 500237.red-line@2022, red-line@2022 or red-line.
func ParseVersionRef(s string) (VersionRef, error) {
	malformed := &Error{Kind: Invalid, Code: "ref-malformed",
		ZH: fmt.Sprintf("版本引用“%.80s”格式不对，应为 [县代码.]图层[@版本]，例如 red-line@2022。", s),
		EN: fmt.Sprintf("%.80q is not a version reference; write [county.]layer[@label], as in red-line@2022.", s)}
	m := refPattern.FindStringSubmatchIndex(s)
	if m == nil {
		return VersionRef{}, malformed
	}
	part := func(i int) (string, bool) {
		if m[2*i] < 0 {
			return "", false
		}
		return s[m[2*i]:m[2*i+1]], true
	}
	county, hasCounty := part(1)
	layer, _ := part(2)
	label, hasLabel := part(3)
	if hasCounty && !countyPattern.MatchString(county) ||
		!layerKeyPattern.MatchString(layer) ||
		hasLabel && !labelPattern.MatchString(label) {
		return VersionRef{}, malformed
	}
	return VersionRef{County: county, Layer: LayerKey(layer), Label: label}, nil
}

// String writes the reference as ParseVersionRef reads it.
func (r VersionRef) String() string {
	s := string(r.Layer)
	if r.County != "" {
		s = r.County + "." + s
	}
	if r.Label != "" {
		s += "@" + r.Label
	}
	return s
}
