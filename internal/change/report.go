package change

import (
	"time"

	"hongxian/geodata"
)

// Report (面积变化核查结果) compares two versions of a layer. All areas are square
// metres in the measuring plane (official ellipsoidal areas), of unions: ground
// that several features cover counts once.
type Report struct {
	ID         string // SHA-256 of everything the answer depends on, hex
	CreatedAt  time.Time
	CountyCode string
	CountyName string
	Layer      geodata.LayerKey
	TitleZH    string
	TitleEN    string
	From, To   Version   // 基期 and 现状
	Township   *Version  // whose townships divide the county; nil when none is in force
	Tolerance  Tolerance // thresholds, as printed in every answer

	Whole Figures
	// CountyArea is the union of the townships, 0 where none are in force. The
	// shares are those of the county that lie under the layer before and after.
	CountyArea              geodata.Area
	ShareBefore, ShareAfter float64

	Townships []TownshipChange // all of the township version, in code order
	// Outside is what lies outside every township, MultiplyCovered what townships
	// that overlap each other count more than once:
	// Σ Townships + Outside − MultiplyCovered = Whole, in every figure.
	Outside         Figures
	MultiplyCovered Figures

	Pieces      []Piece         // gained and lost, lost first, the largest first; no noise
	Features    []FeatureChange // what did not simply stay
	Kept        int             // features that stayed as they were
	Fates       map[Fate]int    // how many changes of each kind
	Classes     []ClassChange
	Transitions []Transition

	Approvals Approvals
	Verdict   Verdict
	Schematic bool // 示意数据 took part
}

// Version (版本) is one side of a comparison.
type Version struct {
	Ref       string
	Label     string
	Digest    string // hex
	State     geodata.State
	Effective *time.Time
	Basis     string
	Schematic bool
	Features  int
	SumM2     geodata.Area // sum over features, which may overlap
}

// Tolerance (阈值) holds what a comparison decides by. All are printed.
type Tolerance struct {
	Area      geodata.Area // m²: a connected piece below it is noise (细碎, 边界误差)
	Width     float64      // m: so is one whose mean width 2A/P is below it
	Decrease  geodata.Area // τ, m²: a net loss up to it is no decrease
	MatchRate float64      // share that features must have in common to be split or merged
}

// Figures (面积变化) are the areas of a comparison, of the whole, a township or a
// class. Net = Gained − Lost + NoiseGained − NoiseLost.
type Figures struct {
	Before, After, Net     geodata.Area
	Rate                   float64 // Net / Before, 0 where there was nothing before
	Gained, Lost           geodata.Area
	NoiseGained, NoiseLost geodata.Area // pieces below the thresholds
}

// TownshipChange (乡镇变化) is the comparison within one township.
type TownshipChange struct {
	Code, Name string
	Figures
}

// PieceKind (维护类型, WHLX) is what happened to a piece of ground.
type PieceKind int

// The kinds, with the numbers of the yearly maintenance exchange.
const (
	Gained       PieceKind = 1 // 调入: only in the newer version
	Reclassified PieceKind = 2 // 属性变更: in both, with another class
	Lost         PieceKind = 3 // 调出: only in the older version
)

// Piece (变化图斑) is connected ground that changed.
type Piece struct {
	Number    int // 1…n, as in every form of the report
	Kind      PieceKind
	Area      geodata.Area
	MeanWidth float64 // 2A/P, metres, P in the Gauss-Krüger plane
	Townships []PieceTownship
	Features  []PieceFeature // of the older version where lost, of the newer where gained
	// From and To are the classes of reclassified ground.
	From, To string
	// Approved is the part that approvals of the piece's kind cover, Unapproved the
	// rest: Approved + Unapproved = Area. What of the rest is noise counts as approved.
	Approved, Unapproved geodata.Area
	Approvals            []PieceApproval
	// Restricted is the rule that restricts a reclassification; nil for none.
	Restricted *RestrictedTransition
}

// PieceTownship is the part of a piece in one township; an empty code is outside.
type PieceTownship struct {
	Code, Name string
	Area       geodata.Area
}

// PieceFeature is the part of a piece that belongs to a feature.
type PieceFeature struct {
	Code, Name, Class string
	Area              geodata.Area
}

// PieceApproval is the part of a piece that one approval covers.
type PieceApproval struct {
	Number string
	Day    *time.Time
	Area   geodata.Area
}

// Fate (沿革) is what became of a feature.
type Fate string

// The fates. A feature whose ground stayed and whose code and class both changed is
// reclassified; Renumbered says the other.
const (
	Kept                Fate = "kept"         // 保留
	Reshaped            Fate = "reshaped"     // 变形: the same feature with another shape
	SplitUp             Fate = "split"        // 拆分
	Merged              Fate = "merged"       // 合并
	FeatureGained       Fate = "gained"       // 新增
	FeatureLost         Fate = "lost"         // 消失
	FeatureReclassified Fate = "reclassified" // 变类: the same ground, another class
	Renumbered          Fate = "renumbered"   // 变号: the same ground, another code
)

// FeatureChange (图斑沿革) is what became of one feature, or of several together.
type FeatureChange struct {
	Fate          Fate
	Before, After []FeatureState // one or several of the older and the newer version
	BeforeArea    geodata.Area   // sum over Before
	AfterArea     geodata.Area   // sum over After
	// Common is ground that Before and After share; of a lost or gained feature, what
	// of its ground the other version has too, in other features.
	Common       geodata.Area
	Renumbered   bool  // also has another code
	Reclassified bool  // also has another class
	CodeReused   bool  // its code is borne elsewhere in the other version
	Pieces       []int // numbers of pieces that belong to it
}

// FeatureState is a feature in one version.
type FeatureState struct {
	Record            int // in its version's delivery
	Code, Name, Class string
	Area              geodata.Area
}

// Code is what the change is listed under: that of the feature which goes on, or
// of the first one.
func (f FeatureChange) Code() string {
	for _, side := range [][]FeatureState{f.After, f.Before} {
		if len(side) == 1 || f.Fate != SplitUp && len(side) > 0 {
			return side[0].Code
		}
	}
	return ""
}

// ClassChange (分类变化) is the layer's ground of one class. Ground on which features
// of several classes lie counts under all of them joined by "＋", so that classes
// add up to the whole.
type ClassChange struct {
	Class              string
	Before, After, Net geodata.Area
}

// Transition (类别转移) is common ground by its class before and after.
type Transition struct {
	From, To   string
	Area       geodata.Area
	Restricted *RestrictedTransition // nil for none
}

// RestrictedTransition (受限转移) is a change of class that the plan restricts.
type RestrictedTransition struct {
	Layer  geodata.LayerKey
	From   string   // class
	To     []string // classes; empty: any other
	Title  string   // what to call it, Chinese
	Source string   // the document and its words
}

// Approvals (批准文件) says what approvals the newer version came with.
type Approvals struct {
	Count  int
	Area   geodata.Area
	Digest string // hex; empty without any
	// Basis is the newer version's own document: a blanket basis, not an approval.
	Basis string
}

// Verdict (结论) is what follows for the three requirements.
type Verdict struct {
	// 面积不减少: Net ≥ −Tolerance.Decrease.
	NotDecreased bool
	// LostWithoutApproval are the unapproved parts of lost pieces.
	LostWithoutApproval geodata.Area
	LostPieces          int // pieces with such a part
	// Swapped says that the area did not decrease although ground was lost.
	Swapped bool

	// 性质不改变.
	Reclassified geodata.Area // common ground with another class
	Restricted   geodata.Area // of it by a restricted transition
	NaturalLand  Holding      // 自然用地
	Activity     Holding      // 人为活动

	// 功能不降低: indicators of both years, nil where none are held ("no data").
	Function []Indicator
}

// Holding (占用) is the part of the layer that another layer's classes cover, before
// and after; where that layer is not held there is only the reason.
type Holding struct {
	Held          bool
	Ref           string // version of the other layer
	Before, After geodata.Area
	Reason        string // Chinese, why nothing can be said
}

// Indicator (功能指标) is a yearly value that stands for the layer's function.
type Indicator struct {
	Key, Title, Unit     string
	Source               string
	BaseYear, Year       int
	BaseValue, Value     float64
	HigherIsBetter, Held bool // Held: both years are known
	NotDecreased         bool
}
