package geodata

import (
	"fmt"
	"regexp"
)

// LayerKey (图层代号) names a layer in URLs, references and files: red-line.
type LayerKey string

// The layers every county knows by the same key.
const (
	RedLine       LayerKey = "red-line"       // 生态保护红线
	ProtectedArea LayerKey = "protected-area" // 自然保护地
	Township      LayerKey = "township"       // 乡镇（街道）
	ControlUnit   LayerKey = "control-unit"   // 环境管控单元
	Farmland      LayerKey = "farmland"       // 永久基本农田
	UrbanBoundary LayerKey = "urban-boundary" // 城镇开发边界
	ScenicArea    LayerKey = "scenic-area"    // 风景名胜区
	Heritage      LayerKey = "heritage"       // 世界自然遗产
	Project       LayerKey = "project"        // 建设项目
)

var layerKeyPattern = regexp.MustCompile(`^[a-z][a-z0-9-]{0,31}$`)

// ParseLayerKey accepts lower-case letters, digits and hyphens, 32 at most.
func ParseLayerKey(s string) (LayerKey, error) {
	if !layerKeyPattern.MatchString(s) {
		return "", &Error{Kind: Invalid, Code: "layer-key-malformed",
			ZH: fmt.Sprintf("图层代号“%s”格式不对，应为小写字母、数字和连字符，例如 red-line。", s),
			EN: fmt.Sprintf("%q is not a layer key; use lower-case letters, digits and hyphens, as in red-line.", s)}
	}
	return LayerKey(s), nil
}

// Layer (图层) is a theme a county holds, and what may be expected of it.
type Layer struct {
	Key     LayerKey
	TitleZH string
	TitleEN string

	// Checked layers take part in the overlap check of every project.
	Checked bool
	// Tiles says that the features should cover the county without gap or
	// overlap (townships, control units). Deviations are reported, not refused.
	Tiles bool
	// Overlaps says that features may lie on top of each other (protected
	// areas); where it is false an overlap is a finding of the intake report.
	Overlaps bool
	// Protected layers may not lose area without a documented confirmation.
	Protected bool
	// Secrecy (密级) is set by the administrator, not by the county's profile.
	Secrecy Secrecy

	// Zooms are those its tiles are drawn for; left empty, DefaultZooms.
	Zooms Zooms

	// Fields names, in order of preference, the attribute fields that carry a
	// feature's code, name and class in deliveries.
	Fields FieldNames
}

// Zooms (缩放级别) is a range of a web map's zooms, both included.
type Zooms struct{ Min, Max int }

// MaxZoom is the deepest zoom drawn: its grid is 0.15 m, finer than a survey's
// boundary points. A map draws deeper ones from it.
const MaxZoom = 16

// DefaultZooms show a county from a province's view down to a parcel's corner.
var DefaultZooms = Zooms{6, MaxZoom}

// FieldNames lists attribute names by what they mean, best first.
type FieldNames struct {
	Code, Name, Class []string
}
