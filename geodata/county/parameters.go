package county

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/goccy/go-yaml"

	"hongxian/geodata"
)

// parametersSuffix ends the name of the file with a county's seven parameters, which
// lies beside its profile but is no part of it: it is secret.
const parametersSuffix = ".parameters.yaml"

// parameterSet (转换参数组) is a set as the file has it: with its units, all of which
// must be said.
type parameterSet struct {
	Name       string         `yaml:"name"`
	Datum      string         `yaml:"datum"`
	Convention string         `yaml:"convention"`
	Units      parameterUnits `yaml:"units"`
	Shift      triple         `yaml:"shift"`
	Rotation   triple         `yaml:"rotation"`
	Scale      float64        `yaml:"scale"`
	Controls   []controlPoint `yaml:"controls"`
	Within     float64        `yaml:"within_m"`
}

type parameterUnits struct {
	Shift    string `yaml:"shift"`    // m
	Rotation string `yaml:"rotation"` // arcsecond
	Scale    string `yaml:"scale"`    // ppm
}

// units are the only ones there are; a set that does not name them may mean others.
var units = parameterUnits{"m", "arcsecond", "ppm"}

// controlPoint (检核点) is a point on both datums: longitude and latitude in degrees.
type controlPoint struct {
	From pair `yaml:"from"`
	To   pair `yaml:"to"`
}

// Parameters finds a set of a county's seven parameters (七参数) by its name, in
// CODE.parameters.yaml of the folder with the deployment's profiles. NotFound without
// the file or the set; a file that others than its owner and group may read is refused.
// No error holds a number of it.
func Parameters(folder, code, name string) (geodata.SevenParameters, error) {
	file := code + parametersSuffix
	unknown := &geodata.Error{Kind: geodata.NotFound, Code: "parameters-unknown",
		ZH: fmt.Sprintf("没有名为“%.40s”的七参数；参数组写在县域配置文件夹的 %s 中。", name, file),
		EN: fmt.Sprintf("There are no seven parameters %.40q; sets are kept in %s in the folder of county profiles.", name, file)}
	if folder == "" || strings.ContainsAny(code, `/\`) {
		return geodata.SevenParameters{}, unknown
	}
	sets, err := readParameters(filepath.Join(folder, file))
	if errors.Is(err, fs.ErrNotExist) {
		return geodata.SevenParameters{}, unknown
	}
	if err != nil {
		return geodata.SevenParameters{}, err
	}
	for _, s := range sets {
		if s.Name == name {
			return s.parameters()
		}
	}
	return geodata.SevenParameters{}, unknown
}

func readParameters(path string) ([]parameterSet, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	name := filepath.Base(path)
	if info.Mode().Perm()&0o007 != 0 {
		return nil, invalid("parameters", name+" 是保密文件，却可被所有人读取，请先执行 chmod o= "+name, name+" is secret but may be read by everybody: chmod o= "+name)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	sets, err := setsIn(text)
	if err != nil { // the reader's own words quote the file
		return nil, invalid("parameters", name+" 不是可读的参数组列表", name+" is no list of parameter sets that can be read")
	}
	return sets, nil
}

// setsIn reads sets. Of some malformed files the YAML reader does not say so but breaks;
// that is an error of the file like any other.
func setsIn(text []byte) (sets []parameterSet, err error) {
	defer func() {
		if broken := recover(); broken != nil {
			err = fmt.Errorf("read sets of parameters: %v", broken)
		}
	}()
	err = yaml.UnmarshalWithOptions(text, &sets, yaml.Strict())
	return sets, err
}

// ParseSet reads the one set of a text that is written as a county's file of sets is:
// what a planner hands in with a delivery, with its control points (检核点).
func ParseSet(text string) (geodata.SevenParameters, error) {
	if strings.ContainsAny(text, "&*") { // a few lines that repeat themselves through aliases could fill the memory
		return geodata.SevenParameters{}, unusable("参数文件含有 & 或 *，请改为直接写出", "the file has an & or *; write out what they stand for")
	}
	sets, err := setsIn([]byte(text))
	switch {
	case err != nil:
		return geodata.SevenParameters{}, unusable("参数文件不是可读的参数组列表", "the file is no list of sets that can be read")
	case len(sets) != 1:
		return geodata.SevenParameters{}, unusable(fmt.Sprintf("参数文件应当只有一组参数，这里有 %d 组", len(sets)), fmt.Sprintf("the file has %d sets; leave one", len(sets)))
	case sets[0].Units != units:
		return geodata.SevenParameters{}, unusable("须写明单位 units：shift: m、rotation: arcsecond、scale: ppm", "they must say their units: shift: m, rotation: arcsecond, scale: ppm")
	}
	return sets[0].parameters()
}

func unusable(zh, en string) *geodata.Error {
	return &geodata.Error{Kind: geodata.Invalid, Code: "parameters-malformed", ZH: "七参数有误：" + zh + "。", EN: "The seven parameters cannot be used: " + en + "."}
}

// parameters is the set in the domain's own words.
func (s parameterSet) parameters() (geodata.SevenParameters, error) {
	p := geodata.SevenParameters{Name: s.Name, Datum: s.Datum, Rotation: geodata.Rotation(s.Convention),
		Shift: s.Shift, Turn: s.Rotation, Scale: s.Scale, Within: s.Within}
	for _, c := range s.Controls {
		p.Controls = append(p.Controls, geodata.Control{From: c.From, To: c.To})
	}
	if s.Units != units {
		return p, invalid("parameters", "参数组“"+s.Name+"”须写明单位 units：shift: m、rotation: arcsecond、scale: ppm",
			"the set "+s.Name+" must say its units: shift: m, rotation: arcsecond, scale: ppm")
	}
	return p, p.Check()
}
