package county

import (
	"bytes"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml"

	"hongxian/geodata"
)

//go:embed profiles/*.yaml profiles/*.csv
var builtin embed.FS

const (
	largest     = 1 << 20 // bytes above which a profile is not read
	rulesSuffix = ".rules.yaml"
	listSuffix  = ".indicators.csv"
)

// Builtin lists the codes of the profiles that come with the program, ascending.
func Builtin() []string {
	names, err := fs.Glob(builtin, "profiles/*.yaml")
	if err != nil {
		panic(err) // the pattern is a constant
	}
	var codes []string
	for _, n := range names {
		if !strings.HasSuffix(n, rulesSuffix) {
			codes = append(codes, strings.TrimSuffix(path.Base(n), ".yaml"))
		}
	}
	return codes
}

// Load reads a profile that comes with the program. The error is a NotFound
// *geodata.Error when there is none of that code.
func Load(code string) (*Profile, error) {
	if !slices.Contains(Builtin(), code) {
		return nil, &geodata.Error{Kind: geodata.NotFound, Code: "county-unknown",
			ZH: fmt.Sprintf("没有代码为“%.40s”的县域配置，内置的有：%s。", code, strings.Join(Builtin(), "、")),
			EN: fmt.Sprintf("There is no county profile %.40q; built in: %s.", code, strings.Join(Builtin(), ", "))}
	}
	return parseFile(builtin, "profiles/"+code+".yaml")
}

// LoadFolder reads every profile of a folder, in the order of names: X.yaml with
// its rules X.rules.yaml, if they are there. It refuses two profiles of one code
// and rules without a profile. Errors name the file.
func LoadFolder(folder string) ([]*Profile, error) {
	root := os.DirFS(folder)
	names, err := fs.Glob(root, "*.yaml")
	if err == nil {
		_, err = fs.Stat(root, ".")
	}
	if err != nil {
		return nil, &geodata.Error{Kind: geodata.NotFound, Code: "county-folder-missing",
			ZH: "县域配置文件夹无法读取。", EN: "The folder of county profiles cannot be read.", Err: err}
	}
	var profiles []*Profile
	for _, name := range names {
		if strings.HasSuffix(name, parametersSuffix) {
			continue
		}
		if stem, isRules := strings.CutSuffix(name, rulesSuffix); isRules {
			if !slices.Contains(names, stem+".yaml") {
				return nil, invalid("rules", name+"：旁边没有 "+stem+".yaml", name+": there is no "+stem+".yaml beside it")
			}
			continue
		}
		p, err := parseFile(root, name)
		if err != nil {
			return nil, err
		}
		if slices.ContainsFunc(profiles, func(q *Profile) bool { return q.Code == p.Code }) {
			return nil, invalid("code", name+"：县代码"+p.Code+"重复", name+": county code "+p.Code+" is used twice")
		}
		profiles = append(profiles, p)
	}
	return profiles, nil
}

func parseFile(root fs.FS, name string) (*Profile, error) {
	data, err := fs.ReadFile(root, name)
	if err != nil {
		return nil, &geodata.Error{Kind: geodata.NotFound, Code: "county-profile-unreadable",
			ZH: fmt.Sprintf("县域配置 %s 无法读取。", path.Base(name)),
			EN: fmt.Sprintf("County profile %s cannot be read.", path.Base(name)), Err: err}
	}
	p, err := Parse(data)
	if e := (*geodata.Error)(nil); errors.As(err, &e) {
		named := *e
		named.ZH, named.EN = path.Base(name)+"："+e.ZH, path.Base(name)+": "+e.EN
		return nil, &named
	}
	if err == nil {
		err = p.readRules(root, strings.TrimSuffix(name, ".yaml")+rulesSuffix)
	}
	if err == nil {
		p.Indicators, err = readBeside(root, strings.TrimSuffix(name, ".yaml")+listSuffix, "indicators")
	}
	if err != nil {
		return nil, err
	}
	return p, nil
}

// readRules takes over the text of the profile's rule file, if there is one.
func (p *Profile) readRules(root fs.FS, name string) error {
	text, err := readBeside(root, name, "rules")
	if text != "" {
		p.Rules, p.RulesFile = text, path.Base(name)
	}
	return err
}

// readBeside is the text of a file that may lie beside a profile, empty when it does
// not; what says what it holds.
func readBeside(root fs.FS, name, what string) (string, error) {
	text, err := fs.ReadFile(root, name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "", nil
	case err != nil:
		return "", &geodata.Error{Kind: geodata.NotFound, Code: "county-" + what + "-unreadable",
			ZH: fmt.Sprintf("文件 %s 无法读取。", path.Base(name)),
			EN: fmt.Sprintf("File %s cannot be read.", path.Base(name)), Err: err}
	case len(text) == 0 || len(text) > largest || !utf8.Valid(text) || bytes.IndexByte(text, 0) >= 0:
		return "", invalid(what, path.Base(name)+" 为空、超过 1 MiB 或不是 UTF-8 文本", path.Base(name)+" is empty, larger than 1 MiB or not UTF-8 text")
	}
	return string(text), nil
}

// Parse reads one profile. It is strict: unknown and repeated keys, missing or
// malformed values and repeated codes are refused as Invalid *geodata.Error.
func Parse(data []byte) (*Profile, error) {
	if len(data) > largest {
		return nil, invalid("size", "文件超过 1 MiB", "the file is larger than 1 MiB")
	}
	var p Profile
	decoder := yaml.NewDecoder(bytes.NewReader(data), yaml.Strict())
	if err := decoder.Decode(&p); err != nil {
		text, _, _ := strings.Cut(yaml.FormatError(err, false, false), "\n")
		e := invalid("syntax", "YAML 无法按配置格式读取（"+text+"）", "it cannot be read as a profile ("+text+")")
		e.Err = err
		return nil, e
	}
	if err := decoder.Decode(new(Profile)); err == nil {
		return nil, invalid("syntax", "一个文件只能有一份配置", "a file holds one profile only")
	}
	p.fillDefaults()
	if err := p.validate(); err != nil {
		return nil, err
	}
	return &p, nil
}

// fillDefaults puts the default sliver thresholds where the file has none.
func (p *Profile) fillDefaults() {
	if p.Tolerance.AreaM2 == 0 {
		p.Tolerance.AreaM2 = 1
	}
	if p.Tolerance.WidthM == 0 {
		p.Tolerance.WidthM = 0.02
	}
}

// invalid is the error of a profile; part names the key that is wrong.
func invalid(part, zh, en string) *geodata.Error {
	return &geodata.Error{Kind: geodata.Invalid, Code: "county-profile-invalid",
		ZH: "县域配置有误：" + zh + "（" + part + "）。", EN: "The county profile is wrong: " + en + " (" + part + ")."}
}
