// Package county holds county profiles (县域配置) as data: names and codes, the
// Gauss-Krüger plane, the townships with the names they go by, the catalogue of
// layers with the attribute fields official data carry, and published figures.
//
// A county is a key, not an assumption: nothing here or elsewhere knows a
// particular county; a new one is a new YAML file.
package county

import (
	"github.com/paulmach/orb"

	"hongxian/geodata"
)

// Profile (县域配置) is all the service knows of a county beforehand.
type Profile struct {
	Code   string `yaml:"code" json:"code"`       // 行政区划代码, for example six digits
	NameZH string `yaml:"name_zh" json:"name_zh"` // 县名
	NameEN string `yaml:"name_en" json:"name_en"`
	// PlaneSRID is the EPSG code of the plane in which the county's boundaries
	// are straight: its Gauss-Krüger plane (高斯-克吕格平面), in metres.
	PlaneSRID int `yaml:"plane_srid" json:"plane_srid"`
	// PlaneName is what reports call that plane; empty stands for its EPSG code.
	PlaneName string `yaml:"plane_name" json:"plane_name,omitempty"`
	// Bounds is the county's box in degrees: west, south, east, north. Data more
	// than a degree outside it are taken for a mistaken reference system.
	Bounds    Box        `yaml:"bounds" json:"bounds"`
	Tolerance Tolerance  `yaml:"tolerance" json:"tolerance"`
	Figures   []Figure   `yaml:"figures" json:"figures"`
	Townships []Township `yaml:"townships" json:"townships"`
	Layers    []Layer    `yaml:"layers" json:"layers"` // in the order of lists and legends
	// Rules is the text of the rule file (规则文件) that lies beside the profile,
	// YAML, as it was read; empty where the county has none. It is handed on, not
	// understood here. RulesFile is the file's name, for messages.
	Rules     string `yaml:"-" json:"rules,omitempty"`
	RulesFile string `yaml:"-" json:"rules_file,omitempty"`
	// Indicators is the text of the county's list of indicators (指标表) that lies
	// beside the profile, CSV, as it was read; empty where there is none. It is handed
	// on, not understood here.
	Indicators string `yaml:"-" json:"indicators,omitempty"`
	// Combinations are what every check measures of several layers at once, Pairs
	// the layers whose features are reported against each other.
	Combinations []Combination      `yaml:"combinations" json:"combinations,omitempty"`
	Pairs        []geodata.LayerKey `yaml:"pairs" json:"pairs,omitempty"`
	// Change is what versions are compared by (面积变化核查).
	Change Change `yaml:"change" json:"change"`
	// Statistics are the columns that the county's township tables have besides the
	// layers.
	Statistics Statistics `yaml:"statistics" json:"statistics"`
	// Quality is what versions are examined by before they are in force.
	Quality Quality `yaml:"quality" json:"quality"`
	// Letterhead is what the county's reports are headed with; all of it may be
	// left out.
	Letterhead Letterhead `yaml:"letterhead" json:"letterhead"`
}

// Combination (叠加组合) is the common area of one or two things with the site,
// less one that is taken off. A thing is a layer's key, or layer:class.
type Combination struct {
	Key    string   `yaml:"key" json:"key"`
	Title  string   `yaml:"title" json:"title"`
	All    []string `yaml:"all" json:"all"`
	Except []string `yaml:"except" json:"except,omitempty"`
}

// Change (面积变化核查规则) is legal content: thresholds, named baselines and the
// changes of class that the plan restricts. All is printed where it decides.
type Change struct {
	// Baselines names, by layer, the label of the version that later ones are held
	// against; a layer that is left out has none.
	Baselines map[geodata.LayerKey]string `yaml:"baselines" json:"baselines,omitempty"`
	// A net loss is a decrease above the larger of DecreaseM2 and DecreaseShare of the
	// area before; zero stands for 1 m² and 1e-7.
	DecreaseM2    float64 `yaml:"decrease_m2" json:"decrease_m2,omitempty"`
	DecreaseShare float64 `yaml:"decrease_share" json:"decrease_share,omitempty"`
	// MatchShare is what features must have in common to be split or merged; zero
	// stands for 0.9.
	MatchShare float64       `yaml:"match_share" json:"match_share,omitempty"`
	Restricted []Restriction `yaml:"restricted" json:"restricted,omitempty"`
	// NaturalLand and Activity say which layer, and which of its classes, is natural
	// land (自然用地) and human activity (人为活动).
	NaturalLand LayerClasses `yaml:"natural_land" json:"natural_land"`
	Activity    LayerClasses `yaml:"activity" json:"activity"`
}

// Restriction (受限转移) is a change of class that the plan restricts, with the words
// it rests on.
type Restriction struct {
	Layer  geodata.LayerKey `yaml:"layer" json:"layer"`
	From   string           `yaml:"from" json:"from"`
	To     []string         `yaml:"to" json:"to,omitempty"` // empty: any other class
	Title  string           `yaml:"title" json:"title"`
	Source string           `yaml:"source" json:"source"`
}

// LayerClasses is a layer and some of its classes; none stands for all.
type LayerClasses struct {
	Layer   geodata.LayerKey `yaml:"layer" json:"layer,omitempty"`
	Classes []string         `yaml:"classes" json:"classes,omitempty"`
}

// Statistics (统计设置) names layers by twos: Pairs whose common area is a column,
// Unions that a column counts once where they lie on each other.
type Statistics struct {
	Pairs  [][]geodata.LayerKey `yaml:"pairs" json:"pairs,omitempty"`
	Unions [][]geodata.LayerKey `yaml:"unions" json:"unions,omitempty"`
}

// Letterhead (文头) is what reports are headed with. What is empty is left blank
// in print, to be filled in by hand.
type Letterhead struct {
	Bureau    string `yaml:"bureau" json:"bureau"`         // 单位名称
	Title     string `yaml:"title" json:"title"`           // 报告名称; empty for the usual one
	Secrecy   string `yaml:"secrecy" json:"secrecy"`       // 密级
	MapNumber string `yaml:"map_number" json:"map_number"` // 审图号
}

// Tolerance (细碎图斑阈值) holds the sliver thresholds of the county's reports: a
// piece is a sliver when its area is below AreaM2 or its mean width 2A/P below
// WidthM. Zero values in a file stand for the defaults 1 m² and 0.02 m.
type Tolerance struct {
	AreaM2 float64 `yaml:"area_m2" json:"area_m2"` // m², measuring plane
	WidthM float64 `yaml:"width_m" json:"width_m"` // metres, Gauss-Krüger plane
}

// Figure (公布数据) is a published number that results are compared with, with
// its source.
type Figure struct {
	Key    string  `yaml:"key" json:"key"` // for example county-area
	Value  float64 `yaml:"value" json:"value"`
	Unit   string  `yaml:"unit" json:"unit"` // a geodata.Unit, percent of the county's area, or count
	Source string  `yaml:"source" json:"source"`
	// Of is the layer whose area, or number of names, is compared with it, township for
	// the county's own; empty: nothing here is.
	Of geodata.LayerKey `yaml:"of" json:"of,omitempty"`
	// Type is, of a count of townships, which are counted: 街道, 镇, 乡. Baseline says
	// that no number was published: the layer is compared with its baseline version.
	Type     string `yaml:"type" json:"type,omitempty"`
	Baseline bool   `yaml:"baseline" json:"baseline,omitempty"`
	// Name is what tables call it; empty: the key. Place is where in the source it
	// stands (页码或章节), Target what the source asks of it (目标); both may be empty.
	Name   string `yaml:"name" json:"name,omitempty"`
	Place  string `yaml:"place" json:"place,omitempty"`
	Target string `yaml:"target" json:"target,omitempty"`
}

// Township (乡镇、街道) is a row of the township table.
type Township struct {
	Code string `yaml:"code" json:"code"`
	Name string `yaml:"name" json:"name"`
	Type string `yaml:"type" json:"type"` // 街道, 镇, 乡 or the local word
	// Aliases are other spellings that data use for the name.
	Aliases []string `yaml:"aliases" json:"aliases"`
	// ControlM2 is the official area (控制面积) that tables are adjusted to, m²; 0: none.
	ControlM2 float64 `yaml:"control_m2" json:"control_m2,omitempty"`
}

// Layer (图层目录项) is a line of the layer catalogue.
type Layer struct {
	Key       geodata.LayerKey `yaml:"key" json:"key"`
	TitleZH   string           `yaml:"title_zh" json:"title_zh"`
	TitleEN   string           `yaml:"title_en" json:"title_en"`
	Checked   bool             `yaml:"checked" json:"checked"`
	Tiles     bool             `yaml:"tiles" json:"tiles"`
	Overlaps  bool             `yaml:"overlaps" json:"overlaps"`
	Protected bool             `yaml:"protected" json:"protected"`
	Tables    []string         `yaml:"tables" json:"tables"` // names of the layer in official databases
	Fields    Fields           `yaml:"fields" json:"fields"`
	// Classes turns codes found in the class field into class names.
	Classes map[string]string `yaml:"classes" json:"classes"`
	// ClassNames are the names its classes may have, besides those that Classes gives;
	// none at all: any will do.
	ClassNames []string `yaml:"class_names" json:"class_names,omitempty"`
	// Codes is how its codes are written, a regular expression. Groups named county and
	// class are the county's code and the class's.
	Codes string `yaml:"codes" json:"codes,omitempty"`
	// Areas are the attribute fields that state an area, best first.
	Areas []AreaField `yaml:"areas" json:"areas,omitempty"`
	// Blocking says for this layer what Quality.Blocking says for all.
	Blocking map[string]float64 `yaml:"blocking" json:"blocking,omitempty"`
	Style    Style              `yaml:"style" json:"style"`
	// Zooms are the least and the greatest zoom of its tiles, [6, 16] when left out.
	Zooms *Levels `yaml:"zooms" json:"zooms,omitempty"`
}

// Fields (字段) names the attribute fields by meaning, best first.
type Fields struct {
	Code  []string `yaml:"code" json:"code"`
	Name  []string `yaml:"name" json:"name"`
	Class []string `yaml:"class" json:"class"`
}

// Style (图例) holds a layer's colours, #rrggbb, and the pattern its areas are told
// by in print: hatch (斜线), dots (点), or none.
type Style struct {
	Pattern string `yaml:"pattern" json:"pattern,omitempty"`
	Fill    string `yaml:"fill" json:"fill"`
	Line    string `yaml:"line" json:"line"`
	// Classes are colours of areas whose class has a word in it; the first that fits.
	Classes []ClassColour `yaml:"classes" json:"classes,omitempty"`
}

// ClassColour (分类颜色) is the colour, #rrggbb, of classes with a word: 优先, 重点, 一般.
type ClassColour struct {
	Word string `yaml:"word" json:"word"`
	Fill string `yaml:"fill" json:"fill"`
}

// AreaField (面积字段) is an attribute field with an area in a unit.
type AreaField struct {
	Field string       `yaml:"field" json:"field"`
	Unit  geodata.Unit `yaml:"unit" json:"unit"`
}

// Bound is Bounds as a box, longitude first.
func (p *Profile) Bound() orb.Bound {
	return orb.Bound{Min: orb.Point{p.Bounds[0], p.Bounds[1]}, Max: orb.Point{p.Bounds[2], p.Bounds[3]}}
}

// Layer is the catalogue's line of a key.
func (p *Profile) Layer(key geodata.LayerKey) (Layer, bool) {
	for _, l := range p.Layers {
		if l.Key == key {
			return l, true
		}
	}
	return Layer{}, false
}

// Catalogue gives the layers in the domain's own words, in order.
func (p *Profile) Catalogue() []geodata.Layer {
	layers := make([]geodata.Layer, len(p.Layers))
	for i, l := range p.Layers {
		layers[i] = l.Geodata()
	}
	return layers
}

// Geodata is the line in the domain's own words.
func (l Layer) Geodata() geodata.Layer {
	zooms := geodata.DefaultZooms
	if l.Zooms != nil {
		zooms = geodata.Zooms{Min: l.Zooms[0], Max: l.Zooms[1]}
	}
	return geodata.Layer{
		Key: l.Key, TitleZH: l.TitleZH, TitleEN: l.TitleEN,
		Checked: l.Checked, Tiles: l.Tiles, Overlaps: l.Overlaps, Protected: l.Protected, Zooms: zooms,
		Fields: geodata.FieldNames{Code: l.Fields.Code, Name: l.Fields.Name, Class: l.Fields.Class},
	}
}

// ClassName is the official name of a class code, or the text itself when the
// layer has no name for it.
func (l Layer) ClassName(text string) string {
	if name, ok := l.Classes[text]; ok {
		return name
	}
	return text
}

// Figure finds a published number.
func (p *Profile) Figure(key string) (Figure, bool) {
	for _, f := range p.Figures {
		if f.Key == key {
			return f, true
		}
	}
	return Figure{}, false
}

// Township finds a township by name, alias or code, the nine digits or the twelve
// of official tables (with 000 behind). All are matched as written.
func (p *Profile) Township(text string) (Township, bool) {
	for _, t := range p.Townships {
		if t.Code == text || t.Code+"000" == text || t.Name == text {
			return t, true
		}
	}
	for _, t := range p.Townships {
		for _, a := range t.Aliases {
			if a == text {
				return t, true
			}
		}
	}
	return Township{}, false
}
