package answer

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"log/slog"
	"maps"
	"sync"
	"time"

	"hongxian/geodata"
	"hongxian/internal/audit"
	"hongxian/internal/intake"
	"hongxian/internal/turn"
)

// Delivery (入库申请) is a file that is to become a draft.
type Delivery struct {
	Ref        geodata.VersionRef // county and label filled in
	Path       string             // where the file lies on this machine
	Filename   string             // what the planner calls it; its extension tells the format
	CRS        string             // as given, empty to go by the file
	ConfirmCRS bool               // take the one reference system that fits, where the file names none
	Schematic  bool               // 示意数据
	Part       string             // which layer, where the file has several
	Effective  string             // 生效日期 2022-11-01, or empty
	Basis      string             // 依据文号
	// Fields that carry code, name and class, in place of what is recognised.
	CodeField, NameField, ClassField string

	By audit.By // who handed it in
}

// ImportState (导入状态) is how far an import is.
type ImportState string

// The states.
const (
	ImportWaiting ImportState = "waiting" // 等待: others are before it
	ImportRunning ImportState = "running"
	ImportDone    ImportState = "done"   // the draft is stored
	ImportFailed  ImportState = "failed" // nothing is stored
)

// Import (导入) is what is known of an import.
type Import struct {
	ID           string // 32 hexadecimal digits
	Ref          geodata.VersionRef
	State        ImportState
	Staged, Kept int            // records read, and kept, so far
	Report       *intake.Report // once it is done
	Err          error          // once it has failed
	Position     int            // while it waits: 1 for the next
}

const (
	// importsAtOnce bounds how many deliveries are worked on at a time: each takes a
	// connection for as long as it lasts.
	importsAtOnce = 2
	// importsHeld bounds how many are waiting or running.
	importsHeld = 8
	// importKnown is how long an import's outcome is known.
	importKnown = time.Hour
)

// Imports (导入) turns files into drafts for clients that may not wait. An import is
// one transaction: a server that ends in its midst has stored nothing.
type Imports struct {
	// Load stores a delivery as a draft, and tells its progress.
	Load func(ctx context.Context, d Delivery, progress func(staged, kept int)) (*intake.Report, error)
	// Proposal says what a file is taken for; nothing is stored.
	Proposal func(ctx context.Context, d Delivery) (*intake.Proposal, error)

	mu    sync.Mutex
	held  map[string]*importing
	turns *turn.Queue
	work  sync.WaitGroup
	stop  context.CancelFunc
	until context.Context
}

type importing struct {
	Import
	ended  time.Time // zero until then
	ticket *turn.Ticket
}

// Begin begins an import; discard is called when its file is no longer wanted.
// Unavailable when too many are waiting.
func (m *Imports) Begin(d Delivery, discard func()) (Import, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.open()
	m.forget(time.Now())
	ticket := m.turns.Join(d.By.Who)
	if ticket == nil {
		return Import{}, &geodata.Error{Kind: geodata.Unavailable, Code: "imports-busy",
			ZH: "正在进行的导入太多，请稍后再试。", EN: "Too many imports are under way; try again later."}
	}
	var id [16]byte
	rand.Read(id[:])
	k := &importing{Import: Import{ID: hex.EncodeToString(id[:]), Ref: d.Ref, State: ImportWaiting}, ticket: ticket}
	m.held[k.ID] = k
	m.work.Add(1)
	go func() {
		defer m.work.Done()
		defer discard()
		m.run(k, d)
	}()
	begun := k.Import
	begun.Position = ticket.Position()
	return begun, nil
}

// open makes ready what the first import needs; the caller holds the lock.
func (m *Imports) open() {
	if m.held == nil {
		m.held, m.turns = map[string]*importing{}, &turn.Queue{AtOnce: importsAtOnce, Most: importsHeld - importsAtOnce}
		m.until, m.stop = context.WithCancel(context.Background())
	}
}

// forget drops outcomes that are old; the caller holds the lock.
func (m *Imports) forget(now time.Time) {
	maps.DeleteFunc(m.held, func(_ string, k *importing) bool { return !k.ended.IsZero() && now.Sub(k.ended) > importKnown })
}

func (m *Imports) run(k *importing, d Delivery) {
	defer k.ticket.Done()
	if k.ticket.Wait(m.until) != nil {
		m.change(k, func() { k.State, k.Err, k.ended = ImportFailed, m.until.Err(), time.Now() })
		return
	}
	m.change(k, func() { k.State = ImportRunning })
	report, err := m.Load(audit.With(m.until, d.By), d, func(staged, kept int) { m.change(k, func() { k.Staged, k.Kept = staged, kept }) })
	if known := geodata.AsError(err); err != nil && known.Kind == geodata.Internal {
		slog.Error("import", "ref", d.Ref.String(), "import", k.ID, "error", err)
	}
	m.change(k, func() {
		k.State, k.Report, k.Err, k.ended = ImportDone, report, err, time.Now()
		if err != nil {
			k.State = ImportFailed
		}
	})
}

func (m *Imports) change(k *importing, do func()) {
	m.mu.Lock()
	defer m.mu.Unlock()
	do()
}

// Propose says what a file is taken for.
func (m *Imports) Propose(ctx context.Context, d Delivery) (*intake.Proposal, error) {
	return m.Proposal(ctx, d)
}

// Find says how far an import is. NotFound for one that this server does not know.
func (m *Imports) Find(id string) (Import, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	k := m.held[id]
	if k == nil {
		return Import{}, ImportUnknown(id)
	}
	found := k.Import
	found.Position = k.ticket.Position()
	return found, nil
}

// ImportUnknown says that there is no such import.
func ImportUnknown(id string) error {
	return &geodata.Error{Kind: geodata.NotFound, Code: "import-unknown",
		ZH: fmt.Sprintf("没有编号为 %.40s 的导入。服务可能已重新启动；导入中断时不会入库，请查看版本列表，必要时重新上传。", id),
		EN: fmt.Sprintf("There is no import %.40s. The server may have been started again; an import that is cut off stores nothing. Look at the versions, and send the file again if need be.", id)}
}

// Stop cuts off what is under way, and waits until it has ended; nothing of it is
// stored.
func (m *Imports) Stop() {
	m.mu.Lock()
	stop := m.stop
	m.mu.Unlock()
	if stop != nil {
		stop()
	}
	m.work.Wait()
}

// Busy says how busy importing is.
func (m *Imports) Busy() turn.Load {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.open()
	return m.turns.Load()
}
