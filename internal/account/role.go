package account

import (
	"fmt"
	"slices"

	"hongxian/geodata"
)

// Role (角色) is what a person is in the office.
type Role string

// The five roles, and None: an account that is known and waits for one.
const (
	None          Role = "none"          // 未授权: may do nothing
	Viewer        Role = "viewer"        // 查看: looks at layers, tiles and kept answers
	Planner       Role = "planner"       // 业务: asks for checks, batches, comparisons
	Manager       Role = "manager"       // 数据管理: imports drafts
	Approver      Role = "approver"      // 审批: puts versions in force, confirms losses
	Administrator Role = "administrator" // 管理员: people, tokens, audit; and everything else
)

// Right (权限) is what one route or act asks for.
type Right string

// The rights.
const (
	See        Right = "see"        // look at what is held and kept
	Ask        Right = "ask"        // have something computed and kept
	Deliver    Right = "deliver"    // bring data in, as drafts
	Approve    Right = "approve"    // put in force, confirm
	Administer Right = "administer" // people, the audit, the machine
)

// Roles lists the roles, the least first.
var Roles = []Role{None, Viewer, Planner, Manager, Approver, Administrator}

// Rights lists the rights.
var Rights = []Right{See, Ask, Deliver, Approve, Administer}

// Whoever delivers does not approve: two people stand behind a version in force,
// unless an administrator does both.
var rights = map[Role][]Right{
	Viewer:        {See},
	Planner:       {See, Ask},
	Manager:       {See, Ask, Deliver},
	Approver:      {See, Ask, Approve},
	Administrator: {See, Ask, Deliver, Approve, Administer},
}

// Has reports whether the role carries a right; an unknown role has none.
func (r Role) Has(right Right) bool { return slices.Contains(rights[r], right) }

// ParseRole reads a role by its name. Errors: Invalid.
func ParseRole(name string) (Role, error) {
	if r := Role(name); slices.Contains(Roles, r) {
		return r, nil
	}
	return "", &geodata.Error{Kind: geodata.Invalid, Code: "role-unknown",
		ZH: fmt.Sprintf("没有角色“%.40s”；角色有 none 未授权、viewer 查看、planner 业务、manager 数据管理、approver 审批、administrator 管理员。", name),
		EN: fmt.Sprintf("There is no role %.40q; the roles are none, viewer, planner, manager, approver and administrator.", name)}
}
