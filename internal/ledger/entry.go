package ledger

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/paulmach/orb"

	"hongxian/geodata"
)

// State (办理状态) is how far an entry is.
type State string

// The states, in order.
const (
	Discovered State = "discovered" // 发现
	Verified   State = "verified"   // 核查
	Rectifying State = "rectifying" // 整改
	Closed     State = "closed"     // 销号
)

// States are all of them, in order.
var States = []State{Discovered, Verified, Rectifying, Closed}

var stateZH = map[State]string{Discovered: "发现", Verified: "核查", Rectifying: "整改", Closed: "销号"}

// Chinese is the state's name in documents.
func (s State) Chinese() string { return stateZH[s] }

// ParseState reads a state's key or its Chinese name.
func ParseState(text string) (State, error) {
	for _, s := range States {
		if text == string(s) || text == s.Chinese() {
			return s, nil
		}
	}
	return "", invalid("ledger-state-unknown", fmt.Sprintf("不认识的状态“%.20s”，可用 discovered 发现、verified 核查、rectifying 整改、closed 销号。", text),
		fmt.Sprintf("Unknown state %.20q; use discovered, verified, rectifying or closed.", text))
}

// Kind (问题类型) is what happened to the ground.
type Kind string

// The kinds.
const (
	Lost         Kind = "lost"         // 调出
	Reclassified Kind = "reclassified" // 性质改变
	Encroached   Kind = "encroached"   // 占用
)

// Kinds are all of them.
var Kinds = []Kind{Lost, Reclassified, Encroached}

var kindZH = map[Kind]string{Lost: "调出", Reclassified: "性质改变", Encroached: "占用"}

// Chinese is the kind's name in documents.
func (k Kind) Chinese() string { return kindZH[k] }

// Source (来源) is where an entry came from.
type Source string

// The sources.
const (
	FromChange Source = "change" // a kept comparison of versions
	FromCheck  Source = "check"  // a kept check
	ByHand     Source = "manual"
)

// Township (乡镇) is the part of an entry's ground in one township.
type Township struct {
	Code string       `json:"code"`
	Name string       `json:"name"`
	Area geodata.Area `json:"area_m2"`
}

// Entry (台账条目) is one piece of ground and how far it is settled. Areas are
// official ellipsoidal areas, m².
type Entry struct {
	ID         int64
	Kind       Kind
	State      State
	Layer      geodata.LayerKey
	Title      string
	Source     Source
	Record     string // identity of the kept answer; empty by hand
	Piece      int    // its number there
	Area       geodata.Area
	Unapproved geodata.Area     // of it without approval
	Townships  []Township       // the largest part first; may be empty
	Office     string           // 责任单位
	Deadline   *time.Time       // a day
	Place      orb.MultiPolygon // degrees, EPSG:4490; nil where not known
	Point      *orb.Point       // degrees, EPSG:4490: of the place, or as it was given
	Schematic  bool             // 示意数据
	Created    time.Time
	Changed    time.Time
	Overdue    bool // not closed, and the deadline has passed
}

// Event (办理记录) is a step in an entry's history.
type Event struct {
	Number     int
	At         time.Time
	Who        string
	From       State // empty: the entry was made
	To         State // that of before, where nothing moved
	Note       string
	Attachment string // a reference
	SHA256     string // of what it names, hex; may be empty
	Office     *string
	Deadline   *time.Time
}

// The longest texts, in characters.
const (
	LongestTitle = 200 // of titles, offices and who took a step
	longestNote  = 2000
)

// validate refuses an entry that says too little or too much.
func (e Entry) validate() error {
	switch {
	case !slices.Contains(Kinds, e.Kind):
		return invalid("ledger-kind-unknown", "问题类型应为 lost 调出、reclassified 性质改变 或 encroached 占用。", "The kind is lost, reclassified or encroached.")
	case e.Title == "" || !plain(e.Title, LongestTitle):
		return invalid("ledger-title", fmt.Sprintf("标题应为不超过 %d 个字的文字。", LongestTitle), fmt.Sprintf("The title is text of at most %d characters.", LongestTitle))
	case !e.Area.Valid() || e.Area < 0 || !e.Unapproved.Valid() || e.Unapproved < 0 || e.Unapproved > e.Area+0.001:
		return invalid("ledger-area", "面积应为不小于 0 的平方米数，未批准面积不大于面积。", "The area is a number of square metres, 0 or more; what lacks approval is no more.")
	case !plain(e.Office, LongestTitle):
		return invalid("ledger-office", fmt.Sprintf("责任单位应为不超过 %d 个字的文字。", LongestTitle), fmt.Sprintf("The office is text of at most %d characters.", LongestTitle))
	case e.Point != nil && !(e.Point[0] >= -180 && e.Point[0] <= 180 && e.Point[1] >= -90 && e.Point[1] <= 90):
		return invalid("ledger-point", "位置应为经度、纬度（度）。", "The place is longitude and latitude in degrees.")
	case (e.Source == ByHand) != (e.Record == ""):
		return invalid("ledger-source", "来自核查或面积变化核查的条目应写明其编号。", "An entry from a check or a comparison names it.")
	}
	return nil
}

func (e Entry) townships() json.RawMessage {
	b, err := json.Marshal(append([]Township{}, e.Townships...))
	if err != nil {
		panic(err) // areas were validated
	}
	return b
}

func invalid(code, zh, en string) *geodata.Error {
	return &geodata.Error{Kind: geodata.Invalid, Code: code, ZH: zh, EN: en}
}
