package geodata

import (
	"fmt"
	"slices"
)

// Secrecy (密级) is how far a layer is kept from those who need not know it: what
// is marked higher needs a higher clearance.
type Secrecy int

// The levels, lowest first. A layer that nobody marked is Unmarked.
const (
	Unmarked     Secrecy = iota // 公开
	Restricted                  // 内部
	Confidential                // 秘密
	Secret                      // 机密
)

var secrecyNames = []string{"public", "internal", "confidential", "secret"}

// String is the level's name in settings and on the wire.
func (s Secrecy) String() string {
	if s < 0 || int(s) >= len(secrecyNames) {
		return fmt.Sprintf("secrecy-%d", int(s))
	}
	return secrecyNames[s]
}

// ParseSecrecy reads a level by its name, English or Chinese. Errors: Invalid.
func ParseSecrecy(name string) (Secrecy, error) {
	for _, names := range [][]string{secrecyNames, {"公开", "内部", "秘密", "机密"}} {
		if i := slices.Index(names, name); i >= 0 {
			return Secrecy(i), nil
		}
	}
	return 0, &Error{Kind: Invalid, Code: "secrecy-unknown",
		ZH: fmt.Sprintf("不认识的密级“%.40s”，应为 公开、内部、秘密 或 机密。", name),
		EN: fmt.Sprintf("%.40q is no level of secrecy; it is public, internal, confidential or secret.", name)}
}
