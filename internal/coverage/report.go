package coverage

import (
	"time"

	"github.com/paulmach/orb"

	"hongxian/geodata"
)

// Report (范围重叠结果) is the answer. All areas are m² in the measuring plane
// (official ellipsoidal areas).
type Report struct {
	ID                     string // SHA-256 of everything the answer depends on, hex
	CreatedAt              time.Time
	CountyCode, CountyName string
	Tolerance              Tolerance
	Layers                 []Layer // in the catalogue's order
	Pairs                  []Pair  // of layers, each with those after it, also those of no area
	// Depths are the parts that exactly k layers cover, k from 1: they add up to
	// Union, and k times each to the layers' areas.
	Depths []Depth
	Union  geodata.Area // what any layer covers
	// Shared (重叠范围) is what two features or more cover, of one layer or of
	// several: the pieces together.
	Shared    geodata.Area
	Townships []TownshipPart // of Shared, in code order; nil where no township layer is in force
	Divided   bool           // by townships; where none are in force all of Shared is Outside
	Outside   geodata.Area   // of Shared, outside every township
	Multiply  geodata.Area   // of Shared, what townships that overlap count more than once
	Pieces    []Piece        // largest first
	Unlisted  Unlisted       // pieces below 0.01 m² each, and those beyond the 5,000 largest
	// Hairlines (重线) are parts of a mean width up to 0.2 mm, which are the same border
	// twice: counted, and in no other figure.
	Hairlines Unlisted
	Versions  []VersionUsed // those asked for, the townships' last
	Schematic bool          // 示意数据 took part
}

// Tolerance (细碎图斑阈值): a connected part of a piece is a sliver when its area is
// below Area or its mean width 2A/P below Width.
type Tolerance struct {
	Area  geodata.Area // m²
	Width float64      // metres in the Gauss-Krüger plane
}

// Layer (图层) is what one layer covers, and its features on each other.
type Layer struct {
	Layer            geodata.LayerKey
	TitleZH, TitleEN string
	Ref              string
	Area             geodata.Area  // union
	FeatureSum       geodata.Area  // sum over features: more, where they overlap
	Depths           []Depth       // parts that exactly k of its features cover
	Pairs            []FeaturePair // features that lie on each other, largest first
}

// Depth (重叠层数) is the area that exactly K cover.
type Depth struct {
	K    int
	Area geodata.Area
}

// Pair (图层重叠) is what two layers have in common.
type Pair struct {
	A, B               geodata.LayerKey
	RefA, RefB         string
	Area               geodata.Area
	ShareOfA, ShareOfB float64
}

// Member (图斑) is a feature that takes part in an overlap.
type Member struct {
	Layer             geodata.LayerKey
	Ref               string
	Code, Name, Class string
	Area              geodata.Area // of the whole feature
}

// FeaturePair (图斑重叠) is what two features of a layer have in common.
type FeaturePair struct {
	A, B Member
	Area geodata.Area
}

// Piece (重叠图形) is the ground that exactly these features share.
type Piece struct {
	Members   []Member
	Area      geodata.Area
	Sliver    geodata.Area // of it, in connected parts below the tolerance
	Polygons  int          // connected parts
	Townships []TownshipPart
	Outside   geodata.Area
	Multiply  geodata.Area
	Geometry  orb.MultiPolygon // only where it was asked for
}

// TownshipPart (乡镇分布) is a part in one township.
type TownshipPart struct {
	Code, Name string
	Area       geodata.Area
}

// Unlisted counts pieces that are not listed.
type Unlisted struct {
	Pieces int
	Area   geodata.Area
}

// VersionUsed names a version an answer was computed from.
type VersionUsed struct {
	Ref, Digest string
	Schematic   bool
}
