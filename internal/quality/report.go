package quality

import (
	"slices"
	"time"

	"github.com/paulmach/orb"

	"hongxian/geodata"
)

// Kind (问题类别) is what may be wrong with a version; stable, kebab-case.
type Kind string

// The kinds, in the order of reports.
const (
	Refused       Kind = "records-refused"  // 拒收记录
	Repaired      Kind = "records-repaired" // 修复记录
	Duplicate     Kind = "duplicate"        // 图形重复
	Overlap       Kind = "overlap"          // 层内重叠
	Gap           Kind = "gap"              // 缝隙（漏洞）
	Outside       Kind = "outside"          // 超出县域
	Sliver        Kind = "sliver"           // 细碎图斑
	CodeMissing   Kind = "code-missing"     // 缺少编码
	CodeDuplicate Kind = "code-duplicate"   // 编码重复
	CodeMalformed Kind = "code-malformed"   // 编码格式
	CodeClass     Kind = "code-class"       // 编码类别位与类别不符
	ClassMissing  Kind = "class-missing"    // 缺少类别
	ClassUnknown  Kind = "class-unknown"    // 未知类别
	PlaceUnknown  Kind = "place-unknown"    // 未知乡镇
	PlaceMissing  Kind = "place-missing"    // 缺少乡镇
	PlaceAlias    Kind = "place-alias"      // 乡镇别名
	AreaAttribute Kind = "area-attribute"   // 属性面积与图形面积不符
)

// Kinds lists all of them, in the order of reports.
var Kinds = []Kind{Refused, Repaired, Duplicate, Overlap, Gap, Outside, Sliver, CodeMissing, CodeDuplicate, CodeMalformed, CodeClass,
	ClassMissing, ClassUnknown, PlaceUnknown, PlaceMissing, PlaceAlias, AreaAttribute}

// Status (检查结果) is what a check came to.
type Status string

// The statuses.
const (
	Passed     Status = "passed"      // 通过
	Found      Status = "found"       // 有问题，不影响发布
	Blocking   Status = "blocking"    // 有问题，不能发布
	NotChecked Status = "not_checked" // 未检查
)

// Below these a place is one line drawn twice, not ground; counted apart.
const (
	Noise    = 0.01   // m²
	Hairline = 0.0002 // metres of mean width
)

const (
	// maxPlaces is how many places of a kind are kept, the largest first.
	maxPlaces = 10_000
	// maxExamples is how many findings of a check its report names.
	maxExamples = 20
)

// Report (质检报告) says what was looked for in a version, and what was found.
type Report struct {
	Ref        string       `json:"ref"`
	Digest     string       `json:"digest"` // of the version examined
	Schematic  bool         `json:"schematic"`
	Features   int          `json:"features"`
	Area       geodata.Area `json:"area_m2"`             // sum over features
	Read       int          `json:"read"`                // records of the delivery
	Townships  string       `json:"townships,omitempty"` // label of the townships that are the county; empty: none in force
	Thresholds Thresholds   `json:"thresholds"`
	Checks     []Check      `json:"checks"`
	Hairlines  int          `json:"hairlines"` // places that are one line drawn twice
	ExaminedAt time.Time    `json:"-"`
	Accepted   string       `json:"-"` // the document on which blocking findings were accepted
	Places     []Place      `json:"-"` // filled in by Reports
}

// Thresholds (阈值) are what the report was made with.
type Thresholds struct {
	Sliver       geodata.Area     `json:"sliver_area_m2"`
	SliverWidth  float64          `json:"sliver_width_m"`
	AreaShare    float64          `json:"attribute_share"` // how far an attribute's area may be off, of the larger …
	AreaM2       geodata.Area     `json:"attribute_m2"`    // … and in m²: both must be exceeded
	NoiseM2      geodata.Area     `json:"noise_m2"`
	HairlineM    float64          `json:"hairline_m"`
	BlockingOver map[Kind]float64 `json:"blocking_over"` // count, or m² of ground
}

// Check (检查项) is one thing that was looked for.
type Check struct {
	Kind     Kind         `json:"kind"`
	Status   Status       `json:"status"`
	Count    int          `json:"count"`              // findings
	Area     geodata.Area `json:"area_m2,omitempty"`  // of their ground
	Limit    *float64     `json:"limit,omitempty"`    // above which it is blocking: m² of ground, else a count
	Why      string       `json:"why,omitempty"`      // why it was not checked: overlaps-allowed, need-not-tile, no-townships, …
	Examples []Example    `json:"examples,omitempty"` // at most 20
}

// Example is one finding.
type Example struct {
	Records []int         `json:"records,omitempty"` // of the delivery
	Code    string        `json:"code,omitempty"`
	Name    string        `json:"name,omitempty"`
	Text    string        `json:"text,omitempty"` // the value that is wrong
	Want    string        `json:"want,omitempty"` // what was expected
	Area    *geodata.Area `json:"area_m2,omitempty"`
}

// Place (问题位置) is the ground of a finding.
type Place struct {
	Kind    Kind
	Records []int            // of the delivery
	Names   []string         // code or name of each
	Ground  orb.MultiPolygon // EPSG:4490
	At      orb.Point        // in it
	Area    geodata.Area
	Width   float64 // mean, metres
}

// Blocking lists the kinds that stop publication.
func (r *Report) Blocking() []Kind {
	kinds := []Kind{}
	for _, c := range r.Checks {
		if c.Status == Blocking {
			kinds = append(kinds, c.Kind)
		}
	}
	return kinds
}

// sortChecks puts checks into the order of kinds.
func sortChecks(checks []Check) {
	slices.SortFunc(checks, func(a, b Check) int { return slices.Index(Kinds, a.Kind) - slices.Index(Kinds, b.Kind) })
}

// HasGround says whether findings of a kind are measured by their ground.
func (k Kind) HasGround() bool { return k == Overlap || k == Gap || k == Outside }

// HasPlaces says whether findings of a kind are kept with their ground.
func (k Kind) HasPlaces() bool { return k.HasGround() || k == Duplicate || k == Sliver }
