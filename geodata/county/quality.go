package county

import (
	"fmt"
	"maps"
	"regexp"
	"slices"

	"hongxian/geodata"
)

// Quality (质检规则) is what versions are examined by before they are in force. All
// of it is printed in the report.
type Quality struct {
	// An area that an attribute states may be off by AreaM2, or by AreaShare of the
	// larger; zero stands for 1 m² and 0.05.
	AreaM2    float64 `yaml:"area_m2" json:"area_m2,omitempty"`
	AreaShare float64 `yaml:"area_share" json:"area_share,omitempty"`
	// Blocking says, by kind of finding, above what a version is not published: m² of
	// ground for overlap, gap and outside, a count for the others; below 0: never. Kinds
	// that are left out have the default.
	Blocking map[string]float64 `yaml:"blocking" json:"blocking,omitempty"`
}

// defaultBlocking is what stops a publication unless the profile says otherwise: the
// same shape twice, or more ground than a border drawn twice would make.
var defaultBlocking = map[string]float64{"duplicate": 0, "overlap": 1_000, "gap": 10_000}

// BlockingOf is what stops the publication of a layer's versions.
func (p *Profile) BlockingOf(l Layer) map[string]float64 {
	out := maps.Clone(defaultBlocking)
	maps.Copy(out, p.Quality.Blocking)
	maps.Copy(out, l.Blocking)
	return out
}

// KnownClasses are the names that a layer's classes may have; none: any will do.
func (l Layer) KnownClasses() []string {
	names := slices.Concat(l.ClassNames, slices.Collect(maps.Values(l.Classes)))
	slices.Sort(names)
	return slices.Compact(names)
}

// validateQuality checks what versions are examined by.
func (p *Profile) validateQuality() error {
	q := p.Quality
	if !(q.AreaM2 >= 0 && q.AreaM2 <= 1e6 && q.AreaShare >= 0 && q.AreaShare <= 1) {
		return invalid("quality", "面积核对的阈值无效", "a threshold for stated areas is invalid")
	}
	if err := validateBlocking("quality", q.Blocking); err != nil {
		return err
	}
	for _, l := range p.Layers {
		if err := l.validateQuality(); err != nil {
			return err
		}
	}
	return nil
}

func validateBlocking(where string, limits map[string]float64) error {
	for kind, limit := range limits {
		if !keyPattern.MatchString(kind) || !(limit >= -1 && limit <= 1e12) {
			return invalid(where, fmt.Sprintf("阻止发布的阈值“%.40s”无效", kind), fmt.Sprintf("blocking threshold %.40q is invalid", kind))
		}
	}
	return nil
}

func (l Layer) validateQuality() error {
	if _, err := regexp.Compile(l.Codes); err != nil || len(l.Codes) > 200 {
		return invalid("layers", fmt.Sprintf("%s 的编码格式不是正则表达式", l.Key), fmt.Sprintf("codes of %s is no regular expression", l.Key))
	}
	for _, a := range l.Areas {
		if _, err := geodata.ParseUnit(string(a.Unit)); err != nil || !legible(a.Field) {
			return invalid("layers", fmt.Sprintf("%s 的面积字段“%.40s”无效", l.Key, a.Field), fmt.Sprintf("%s has an invalid area field %.40q", l.Key, a.Field))
		}
	}
	for _, name := range l.ClassNames {
		if !legible(name) {
			return invalid("layers", string(l.Key)+" 的类别名称无效", string(l.Key)+" has an invalid class name")
		}
	}
	return validateBlocking(string(l.Key), l.Blocking)
}
