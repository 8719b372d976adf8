package rule

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// notEntered stands for the text of a requirement nobody has entered.
const notEntered = "待录入"

// Requirement (管控要求) is one requirement that an access list puts on a unit.
type Requirement struct {
	Level string // 管控要求层级: 全市, 区县, 单元
	Group string // 管控类别: 空间布局约束
	Text  string // Chinese; 待录入 where none is entered
	// Entered is false where the list has nothing of this level and group for the
	// unit, which is not the same as that nothing is required.
	Entered  bool
	Verified bool   // its text was read at the source; otherwise it is printed as 待核
	Basis    string // the document it rests on; empty where none is entered
	Source   string // where it was read, or why it counts as unread
}

// accessList is an access list ready to be stacked on a unit.
type accessList struct{ writtenList }

// Limits of access lists.
const (
	mostLists   = 20
	mostLevels  = 8
	mostGroups  = 12
	mostEntries = 2000
	mostShared  = 400 // entries above the units' own level: each unit of an answer repeats them
	longestName = 60  // runes of a level, a group, a class, a unit's code
)

// compileLists checks the access lists of a file.
func (s *Set) compileLists(written []writtenList) error {
	if len(written) > mostLists {
		return invalid("准入清单超过 20 份", "there are more than 20 access lists", nil)
	}
	for _, w := range written {
		if s.lists[w.ID] != nil {
			return inList(w.ID, invalid("清单代号重复", "the id is used twice", nil))
		}
		if err := w.validate(); err != nil {
			return inList(w.ID, err)
		}
		s.lists[w.ID] = &accessList{w}
	}
	return nil
}

// validateLists checks that rules and lists fit: a rule names a list there is,
// and every list is printed by one.
func (s *Set) validateLists(written []writtenList) error {
	used := map[string]bool{}
	for _, r := range s.rules {
		if r.List == "" {
			continue
		}
		if s.lists[r.List] == nil {
			return inRule(r.ID, invalid("没有代号为“"+clip(r.List)+"”的准入清单", "there is no access list \""+clip(r.List)+"\"", nil))
		}
		used[r.List] = true
	}
	for _, w := range written {
		if !used[w.ID] {
			return inList(w.ID, invalid("没有规则使用它（list）", "no rule prints it (list)", nil))
		}
	}
	return nil
}

func (w *writtenList) validate() error {
	switch {
	case !idPattern.MatchString(w.ID):
		return invalid("代号 id 应为小写字母、数字和连字符", "the id must be lower-case letters, digits and hyphens", nil)
	case !legible(w.Title):
		return invalid("缺少标题 title", "the title is missing", nil)
	case !named(w.Levels, mostLevels):
		return invalid("层级 levels 应有 1 至 8 个，依次叠加，不重复", "there must be 1 to 8 levels, in the order they stack, each once", nil)
	case !named(w.Groups, mostGroups):
		return invalid("类别 groups 应有 1 至 12 个，不重复", "there must be 1 to 12 groups, each once", nil)
	case len(w.Entries) > mostEntries:
		return invalid("要求 entries 超过 2000 条", "there are more than 2000 entries", nil)
	}
	shared := 0
	seen := map[writtenEntry]bool{}
	for i, e := range w.Entries {
		if err := w.validateEntry(e); err != nil {
			return atEntry(i, err)
		}
		same := writtenEntry{Level: e.Level, Group: e.Group, Class: e.Class, Unit: e.Unit, Text: e.Text}
		if seen[same] {
			return atEntry(i, invalid("与前面的一条重复", "it repeats an earlier one", nil))
		}
		seen[same] = true
		if e.Unit == "" {
			shared++
		}
	}
	if shared > mostShared {
		return invalid("单元以上各级的要求超过 400 条", "there are more than 400 entries above the units' own level", nil)
	}
	return nil
}

// validateEntry checks one requirement. Those of the last level are of one unit
// each, the others of all units or of those of a class.
func (w *writtenList) validateEntry(e writtenEntry) error {
	own := e.Level == w.Levels[len(w.Levels)-1]
	switch {
	case !slices.Contains(w.Levels, e.Level):
		return invalid("没有层级“"+clip(e.Level)+"”", "there is no level \""+clip(e.Level)+"\"", nil)
	case !slices.Contains(w.Groups, e.Group):
		return invalid("没有类别“"+clip(e.Group)+"”", "there is no group \""+clip(e.Group)+"\"", nil)
	case own && (!short(e.Unit) || e.Class != ""):
		return invalid("“"+e.Level+"”一级的要求应写明单元编码 unit（60 字以内），不写 class", "an entry of the last level must name its unit in at most 60 characters, and no class", nil)
	case !own && (e.Unit != "" || e.Class != "" && !short(e.Class)):
		return invalid("“"+e.Level+"”一级的要求不写 unit，可写单元类别 class（60 字以内）", "an entry above the last level names no unit; it may name a class of at most 60 characters", nil)
	case !legible(e.Text):
		return invalid("内容 text 应为一行文字，不超过 4000 字节", "the text must be one line of at most 4000 bytes", nil)
	case strings.Contains(e.Text, notEntered):
		return invalid("内容 text 不应写“待录入”；没有录入的，不写该条", "a text must not say 待录入; leave out what is not entered", nil)
	case !legible(e.Basis):
		return invalid("缺少依据 basis", "the basis is missing", nil)
	case e.Verified == nil:
		return invalid("缺少 verified（原文是否核对过）", "verified is missing (was the text read at its source?)", nil)
	case !legible(e.Source):
		return invalid("缺少 source（核对的出处，或未核对的原因）", "source is missing (where it was read, or why it counts as unread)", nil)
	}
	return nil
}

// named reports whether there are names, not too many, each once.
func named(names []string, most int) bool {
	for i, n := range names {
		if !short(n) || slices.Contains(names[:i], n) {
			return false
		}
	}
	return len(names) > 0 && len(names) <= most
}

// short text is legible and a name's length.
func short(s string) bool { return legible(s) && utf8.RuneCountInString(s) <= longestName }

// stacked is what the list asks of a unit: its levels and groups in their order,
// within them the entries in the order of the file.
func (l *accessList) stacked(it item) []Requirement {
	var out []Requirement
	for _, level := range l.Levels {
		for _, group := range l.Groups {
			before := len(out)
			for _, e := range l.Entries {
				if e.Level == level && e.Group == group && e.appliesTo(it) {
					out = append(out, Requirement{Level: level, Group: group, Text: e.Text, Entered: true,
						Verified: *e.Verified, Basis: e.Basis, Source: e.Source})
				}
			}
			if len(out) == before {
				out = append(out, Requirement{Level: level, Group: group, Text: notEntered})
			}
		}
	}
	return out
}

func (e writtenEntry) appliesTo(it item) bool {
	switch {
	case e.Unit != "":
		return e.Unit == it.suffix
	case e.Class != "":
		return slices.ContainsFunc(it.features, func(f FeatureFacts) bool { return f.Class == e.Class })
	}
	return true
}

// told says how the list stacks and how much of it is not entered.
func (l *accessList) told(requirements []Requirement) string {
	cells, open := len(l.Levels)*len(l.Groups), missing(requirements)
	text := fmt.Sprintf("%s按%s叠加，%d级×%d类共%d项", l.Title, strings.Join(l.Levels, " → "), len(l.Levels), len(l.Groups), cells)
	if open == 0 {
		return text + "，均有录入。"
	}
	return fmt.Sprintf("%s，其中%d项待录入；待录入不等于没有要求。", text, open)
}

// missing counts the requirements nobody has entered.
func missing(requirements []Requirement) int {
	n := 0
	for _, r := range requirements {
		if !r.Entered {
			n++
		}
	}
	return n
}

// inList names the access list in an error.
func inList(id string, err error) error {
	return within(err, fmt.Sprintf("准入清单“%.60s”：", id), fmt.Sprintf("access list %.60q: ", id))
}

// atEntry names the entry in an error, counted from 1.
func atEntry(i int, err error) error {
	return within(err, fmt.Sprintf("第 %d 条要求：", i+1), fmt.Sprintf("entry %d: ", i+1))
}
