package answer

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"log/slog"
	"maps"
	"slices"
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
	Datum      string             // gcj02 or bd09: degrees that a web map has shifted
	Parameters string             // 七参数: a set's name, or written out; secret
	ConfirmCRS bool               // take the one reference system that fits, where the file names none
	Schematic  bool               // 示意数据
	Part       string             // which layer, where the file has several
	Effective  string             // 生效日期 2022-11-01, or empty
	Basis      string             // 依据文号
	// Fields that carry code, name and class, in place of what is recognised.
	CodeField, NameField, ClassField string
	// Approvals (批准文件) is where the file of approvals lies that comes with it, and
	// what the planner calls that; empty: none.
	Approvals, ApprovalsName string

	By audit.By // who handed it in
}

// ImportState (导入状态) is how far an import is.
type ImportState string

// The states.
const (
	ImportWaiting   ImportState = "waiting" // 等待: others are before it
	ImportRunning   ImportState = "running"
	ImportDone      ImportState = "done"      // the draft is stored
	ImportFailed    ImportState = "failed"    // nothing is stored
	ImportCancelled ImportState = "cancelled" // 已取消: nothing is stored
)

// ImportStage (导入阶段) is what an import that runs is doing.
type ImportStage string

// The stages.
const (
	ImportReads    ImportStage = "reading"   // 读取
	ImportKeeps    ImportStage = "keeping"   // 入库
	ImportExamines ImportStage = "examining" // 质检: the draft is stored
)

// Import (导入) is what is known of an import.
type Import struct {
	ID           string // 32 hexadecimal digits
	Ref          geodata.VersionRef
	Filename     string // what the planner calls the file
	Who          string // handed it in
	Begun        time.Time
	Ended        time.Time // zero until then
	State        ImportState
	Stage        ImportStage    // while it runs
	Staged, Kept int            // records read, and kept, so far
	Report       *intake.Report // once it is done
	Err          error          // once it has failed
	Position     int            // while it waits: 1 for the next
}

// HasEnded says that nothing more will happen.
func (i Import) HasEnded() bool { return !i.Ended.IsZero() }

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
	// Examine looks a draft over that has just been stored (质检); nil: not now. What
	// keeps it from doing so does not undo the draft: the report is made when asked for.
	Examine func(ctx context.Context, ref geodata.VersionRef) error
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
	ticket *turn.Ticket
	until  context.Context
	cancel context.CancelFunc
	moved  chan struct{} // closed when something of the import changed
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
	k := &importing{Import: Import{ID: hex.EncodeToString(id[:]), Ref: d.Ref, Filename: d.Filename, Who: d.By.Who, Begun: time.Now(), State: ImportWaiting},
		ticket: ticket, moved: make(chan struct{})}
	k.until, k.cancel = context.WithCancel(m.until)
	m.held[k.ID] = k
	m.work.Add(1)
	go func() {
		defer m.work.Done()
		defer k.cancel()
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
	maps.DeleteFunc(m.held, func(_ string, k *importing) bool { return k.HasEnded() && now.Sub(k.Ended) > importKnown })
}

func (m *Imports) run(k *importing, d Delivery) {
	defer k.ticket.Done()
	if err := k.ticket.Wait(k.until); err != nil {
		m.end(k, nil, err)
		return
	}
	m.change(k, func() { k.State, k.Stage = ImportRunning, ImportReads })
	ctx := audit.With(k.until, d.By)
	report, err := m.Load(ctx, d, func(staged, kept int) {
		m.change(k, func() {
			if k.Staged, k.Kept = staged, kept; kept > 0 {
				k.Stage = ImportKeeps
			}
		})
	})
	if err == nil && m.Examine != nil {
		m.change(k, func() { k.Stage = ImportExamines })
		if err := m.Examine(ctx, d.Ref); err != nil && k.until.Err() == nil {
			slog.Error("examine an import", "ref", d.Ref.String(), "import", k.ID, "error", err)
		}
	}
	m.end(k, report, err)
}

// end notes an import's outcome. One that was cancelled too late is done.
func (m *Imports) end(k *importing, report *intake.Report, err error) {
	isCancelled := k.until.Err() != nil && m.until.Err() == nil
	if err != nil && !isCancelled && geodata.AsError(err).Kind == geodata.Internal {
		slog.Error("import", "ref", k.Ref.String(), "import", k.ID, "error", err)
	}
	m.change(k, func() {
		k.State, k.Stage, k.Report, k.Err, k.Ended = ImportDone, "", report, err, time.Now()
		switch {
		case err != nil && isCancelled:
			k.State, k.Err = ImportCancelled, nil
		case err != nil:
			k.State = ImportFailed
		}
	})
}

// change notes how far an import is, and wakes those who follow it.
func (m *Imports) change(k *importing, do func()) {
	m.mu.Lock()
	defer m.mu.Unlock()
	do()
	close(k.moved)
	k.moved = make(chan struct{})
}

// Propose says what a file is taken for.
func (m *Imports) Propose(ctx context.Context, d Delivery) (*intake.Proposal, error) {
	return m.Proposal(ctx, d)
}

// Find says how far an import is; moved is closed when it is farther. NotFound for one
// that this server does not know.
func (m *Imports) Find(id string) (found Import, moved <-chan struct{}, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	k := m.held[id]
	if k == nil {
		return Import{}, nil, ImportUnknown(id)
	}
	return k.now(), k.moved, nil
}

// now is what is known of an import; the caller holds the lock.
func (k *importing) now() Import {
	found := k.Import
	found.Position = k.ticket.Position()
	return found
}

// List names the imports of a county that are under way or ended within the hour, the
// newest first.
func (m *Imports) List(county string) []Import {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.forget(time.Now())
	found := []Import{}
	for _, k := range m.held {
		if k.Ref.County == county {
			found = append(found, k.now())
		}
	}
	slices.SortFunc(found, func(a, b Import) int { return b.Begun.Compare(a.Begun) })
	return found
}

// Cancel ends an import of which nothing is stored then; one that has ended, or whose
// draft is stored already, stays as it is. NotFound for one that is not known.
func (m *Imports) Cancel(id string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	k := m.held[id]
	if k == nil {
		return ImportUnknown(id)
	}
	if k.Stage != ImportExamines {
		k.cancel()
	}
	return nil
}

// ImportUnknown says that there is no such import.
func ImportUnknown(id string) error {
	return &geodata.Error{Kind: geodata.NotFound, Code: "import-unknown",
		ZH: fmt.Sprintf("没有编号为 %.40s 的导入。服务可能已重新启动；导入中断时不会入库，请查看版本列表；没有时重新导入同一文件，一天之内若已读完即接着入库，不必重读。", id),
		EN: fmt.Sprintf("There is no import %.40s. The server may have been started again; an import that is cut off stores nothing. Look at the versions; if it is not there, import the same file again: where it had been read it goes on from there, for a day.", id)}
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
