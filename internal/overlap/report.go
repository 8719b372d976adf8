package overlap

import (
	"time"

	"github.com/paulmach/orb"

	"hongxian/geodata"
	"hongxian/internal/rule"
)

// Status (核查状态) is one of three answers, never two: whatever could not be
// checked must not read as "not concerned".
type Status string

// The three answers.
const (
	Concerned    Status = "concerned"     // 涉及: more than 0.01 m² in total
	NotConcerned Status = "not_concerned" // 不涉及
	NotChecked   Status = "not_checked"   // 未核查: no version in force, or outside its extent
)

// Report (核查结果) is the answer of one check. All areas are square metres in
// the measuring plane (official ellipsoidal areas) unless a field says otherwise.
type Report struct {
	ID           string // SHA-256 of everything the answer depends on, hex
	CreatedAt    time.Time
	CountyCode   string
	CountyName   string
	Site         SiteSummary
	Tolerance    Tolerance
	Layers       []LayerOverlap // in the catalogue's order, every checked layer
	Combinations []Combination  // what several layers cover at once; nil where not asked
	Townships    []TownshipPart // those the site touches, in code order
	// Outside is the site's area outside every township, MultiplyCovered what
	// townships that overlap each other count more than once:
	// Σ townships + Outside − MultiplyCovered = Site.Area.
	Outside, MultiplyCovered geodata.Area
	Verdict                  Verdict
	Versions                 []VersionUsed
	Schematic                bool // 示意数据 took part
	Named                    bool // the versions were named by whoever asked
	Limited                  bool // whoever asked may not see every layer
}

// SiteSummary (地块) says what was checked.
type SiteSummary struct {
	Name          string
	Area          geodata.Area // ellipsoidal
	PlaneArea     geodata.Area // in the county's Gauss-Krüger plane, for comparison
	OutsideCounty geodata.Area // part of Area outside the county
	SRID          int          // EPSG code of the coordinates as they came
	Digest        string       // SHA-256 of the normalised delivery geometry and its CRS, hex
	Findings      []string     // repairs and guesses, Chinese sentences
	Form          Form
	Buffer        float64 // metres: a corridor's width or a circle's radius; 0 for a polygon
	Length        float64 // metres of a corridor's axis in the Gauss-Krüger plane; 0 otherwise
}

// Form (地块形式) is how a site was given.
type Form string

// The forms.
const (
	AsPolygon  Form = "polygon"  // 面
	AsCorridor Form = "corridor" // 线加宽度: roads, pipelines
	AsCircle   Form = "circle"   // 点加半径
)

// Tolerance (细碎图斑阈值) holds the sliver thresholds: a connected piece is a
// sliver when its area is below Area or its mean width 2A/P below Width.
type Tolerance struct {
	Area  geodata.Area // m², default 1
	Width float64      // m in the Gauss-Krüger plane, default 0.02
}

// LayerOverlap (图层核查结果) is the answer for one layer.
type LayerOverlap struct {
	Layer       geodata.LayerKey
	TitleZH     string
	TitleEN     string
	Ref         string // of the version that answered, empty when none
	Status      Status
	Reason      string // why not checked, a Chinese sentence; empty otherwise
	SliverOnly  bool   // every connected piece is a sliver
	Overlap     geodata.Area
	ShareOfSite float64
	Sliver      geodata.Area
	Distance    *float64 // metres to the nearest feature, nil unless not concerned
	Features    []FeatureOverlap
}

// FeatureOverlap (图斑重叠) is what the site has in common with one feature.
// Features may overlap each other, so these areas may add up to more than the
// layer's.
type FeatureOverlap struct {
	Code, Name, Class string
	Overlap           geodata.Area
	ShareOfSite       float64
	ShareOfFeature    float64
	Sliver            geodata.Area
	Crossings         []Crossing // where a corridor's axis runs through it; empty otherwise
}

// Crossing (穿越/跨越) is one stretch of a corridor's axis within a feature.
type Crossing struct {
	Length      float64   // metres in the Gauss-Krüger plane
	Entry, Exit orb.Point // EPSG:4490, longitude first, in the axis's direction
}

// Combination (叠加组合) is what the site has in common with several things at once.
type Combination struct {
	Key     string   // stable: red_line_in_core; CODE&CODE for two features of a layer
	All     []string // layer keys, layer:class, or layer#code
	TitleZH string
	Area    geodata.Area
}

// TownshipPart (乡镇分布) is the site's part in one township, and of it what
// each concerned layer covers.
type TownshipPart struct {
	Code, Name string
	Site       geodata.Area
	Overlap    map[geodata.LayerKey]geodata.Area
}

// Verdict (结论) is what follows. Rules and Sentences are empty where the county's
// profile carries no rules.
type Verdict struct {
	Outcome   rule.Outcome
	Rules     []rule.Finding
	Sentences []string          // for approval documents, Chinese
	Choices   map[string]string // what a person decided, by question key
}

// VersionUsed names a version an answer was computed from.
type VersionUsed struct {
	Ref       string
	Digest    string // hex
	Schematic bool
}
