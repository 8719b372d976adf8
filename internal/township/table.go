package township

import (
	"time"

	"github.com/paulmach/orb"

	"hongxian/geodata"
)

// Table (乡镇统计表) is a row a township, a column a layer. Areas are square metres
// at full precision; rounding and balancing are for those who print it.
type Table struct {
	Digest                 string // SHA-256 of everything the table depends on, hex
	CreatedAt              time.Time
	CountyCode, CountyName string
	Townships              Version // the rows
	Zones                  bool    // the rows are a planner's zones, not townships
	Columns                []Column
	Rows                   []Row // in code order
	Subtotals              []Row // by type; Name is the type
	// Σ Rows + Outside − Multiply = Total, in every column and in Area.
	Outside  Row
	Multiply Row // 重复覆盖: what rows that lie on each other count more than once
	Total    Row
	Versions []Version
	Figures  []Compared
	Findings []string // what the reader should know, Chinese sentences
	Computed []string // references that were divided for this table, not prepared
	ByClass  bool
	Adjusted bool // 平差: official control areas were given
	Plan     bool // 规划数据对照: the columns are those the county's figures are of
	// Schematic says that 示意数据 took part.
	Schematic bool
}

// Version (版本) names what a table was computed from.
type Version struct {
	Ref       string
	Layer     geodata.LayerKey
	TitleZH   string
	Digest    string // hex
	Schematic bool
	Features  int
}

// Kind (列类型) is what a column holds.
type Kind string

// The kinds of columns.
const (
	OfLayer        Kind = "layer"         // 图层: its union, land that is covered counts once
	OfClass        Kind = "class"         // 类型: the part of the layer of one class
	OfClassOverlap Kind = "class_overlap" // 类型重叠: what classes that lie on each other count more than once
	OfPair         Kind = "pair"          // 交: what two layers have in common
	OfUnion        Kind = "union"         // 并: what either of two layers covers
	OfFeatures     Kind = "features"      // 图斑重叠: what two features of a layer have in common
)

// Column (列) is what a column of areas stands for.
type Column struct {
	Kind             Kind
	Layer, Other     geodata.LayerKey // Other for pairs and unions
	Ref, OtherRef    string
	Class            string
	TitleZH, TitleEN string
	// Adjusted columns (平差后) are those before them, with each township's cell times
	// its official area by its computed one.
	Adjusted bool
	Counted  bool // the cells count features
	// Of is, for OfClass and OfClassOverlap, the column of their layer: the classes
	// less the overlap give it, in every row. -1 otherwise.
	Of int
}

// Row (行) is a township, or a sum.
type Row struct {
	Code, Name, Type string
	Area             geodata.Area     // of the township itself
	Control          geodata.Area     // 控制面积; 0: none
	Cells            []Cell           // as many as there are columns
	Shape            orb.MultiPolygon // in the system that was asked for; nil where none was
}

// Cell (单元格) is what a township has of a column.
type Cell struct {
	Area     geodata.Area
	Features int // that lie in it with more than 0.01 m²; a feature in two townships counts in both
	// FeatureSum is the sum over features, which counts land under two twice.
	FeatureSum geodata.Area
}

// Compared (公布数据对照) is a published figure and the computed one.
type Compared struct {
	Figure
	Area   *geodata.Area // computed; nil where the table lacks the layer
	Share  float64       // of the county's area, a fraction
	Number *int          // counted; nil where the figure is an area or the table lacks the layer
	// Against is the baseline version's area, AgainstRef its reference; nil where the
	// figure has no baseline, or it is not held.
	Against    *geodata.Area
	AgainstRef string
}
