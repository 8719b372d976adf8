package localpg

import (
	"cmp"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
)

// state is what the owner tells those who attach.
type state struct {
	PID     int    `json:"pid"`     // of the owner
	Command string `json:"command"` // what the owner is doing
	Socket  string `json:"socket"`  // the socket directory
	Ready   bool   `json:"ready"`   // may be attached to
}

const stateFile = "state.json"

// readState gives the zero state when there is none or it cannot be read: it is
// rewritten at every start.
func (p place) readState() state {
	var s state
	text, err := os.ReadFile(p.file(stateFile))
	if err != nil || json.Unmarshal(text, &s) != nil {
		return state{}
	}
	return s
}

func (p place) writeState(s state) error {
	text, err := json.Marshal(s)
	if err != nil {
		return err
	}
	fresh := p.file(stateFile + ".new")
	file, err := os.OpenFile(fresh, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = file.Write(append(text, '\n'))
	if err = errors.Join(err, giveToFolder(file), file.Close()); err != nil {
		return err
	}
	return os.Rename(fresh, p.file(stateFile))
}

// socketPrefix begins the name of every socket directory.
const socketPrefix = "hongxian-"

// runtimeVariable is where systemd names the unit's RuntimeDirectory. A service
// with a private /tmp puts its socket there, where commands beside it find it.
const runtimeVariable = "RUNTIME_DIRECTORY"

// makeSocketFolder makes a fresh directory for the socket. A socket's path may
// have 107 bytes, so a temp directory that is long or out of the account's reach
// gives way to /tmp.
func makeSocketFolder(who account) (string, error) {
	parent := cmp.Or(os.Getenv(runtimeVariable), os.TempDir())
	if resolved, err := filepath.EvalSymlinks(parent); err != nil || len(resolved) > 60 || who.barredAt(resolved) != "" {
		parent = "/tmp"
	}
	folder, err := os.MkdirTemp(parent, socketPrefix)
	if err != nil {
		return "", err
	}
	return folder, who.give(folder)
}

// sweep removes the socket directory that a killed owner left behind. The caller
// holds owner.lock.
func (p place) sweep() {
	old := p.readState()
	if filepath.IsAbs(old.Socket) && strings.HasPrefix(filepath.Base(old.Socket), socketPrefix) {
		os.RemoveAll(old.Socket)
	}
}
