package answer_test

import (
	"context"
	"errors"
	"sync"
	"testing"

	"hongxian/geodata"
	"hongxian/internal/answer"
	"hongxian/internal/intake"
)

// loads is a loader whose work ends when it is told to.
type loads struct {
	began  chan string
	finish chan error
}

func (l loads) load(ctx context.Context, d answer.Delivery, progress func(staged, kept int)) (*intake.Report, error) {
	progress(7, 3)
	l.began <- d.Ref.Label
	select {
	case err := <-l.finish:
		return &intake.Report{Ref: d.Ref.String(), Kept: 7}, err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func begin(t *testing.T, m *answer.Imports, label string, discard func()) answer.Import {
	t.Helper()
	i, err := m.Begin(answer.Delivery{Ref: geodata.VersionRef{Layer: "red-line", Label: label}}, discard)
	if err != nil {
		t.Fatal(err)
	}
	return i
}

func find(t *testing.T, m *answer.Imports, id string) answer.Import {
	t.Helper()
	i, _, err := m.Find(id)
	if err != nil {
		t.Fatal(err)
	}
	return i
}

// An import says how far it is, gives its report or why it failed, and lets go of its
// file only when it has ended.
func TestImportsTellTheirProgressAndOutcome(t *testing.T) {
	l := loads{make(chan string), make(chan error)}
	m := &answer.Imports{Load: l.load}
	defer m.Stop()
	for _, outcome := range []error{nil, errors.New("no polygons")} {
		var held sync.WaitGroup
		held.Add(1)
		i := begin(t, m, "2026", held.Done)
		<-l.began
		if now := find(t, m, i.ID); now.State != answer.ImportRunning || now.Staged != 7 || now.Kept != 3 || now.Report != nil {
			t.Errorf("while it runs: %+v", now)
		}
		l.finish <- outcome
		held.Wait()
		now := find(t, m, i.ID)
		if outcome == nil && (now.State != answer.ImportDone || now.Report.Kept != 7 || now.Err != nil) {
			t.Errorf("done: %+v", now)
		}
		if outcome != nil && (now.State != answer.ImportFailed || !errors.Is(now.Err, outcome)) {
			t.Errorf("failed: %+v", now)
		}
	}
	if _, _, err := m.Find("0123456789abcdef0123456789abcdef"); !geodata.IsKind(err, geodata.NotFound) {
		t.Errorf("an import nobody began: %v", err)
	}
}

// Two deliveries are worked on at a time and eight are held; the ninth is told to come
// again. Stopping cuts off what runs and what waits, and lets go of every file.
func TestImportsAreBounded(t *testing.T) {
	l := loads{make(chan string, 9), make(chan error)}
	m := &answer.Imports{Load: l.load}
	var discarded sync.WaitGroup
	ids := []string{}
	for range 8 {
		discarded.Add(1)
		ids = append(ids, begin(t, m, "2026", discarded.Done).ID)
	}
	<-l.began
	<-l.began
	if _, err := m.Begin(answer.Delivery{}, func() {}); !geodata.IsKind(err, geodata.Unavailable) {
		t.Errorf("the ninth: %v", err)
	}
	if len(l.began) > 0 {
		t.Errorf("%d more than two are worked on", len(l.began))
	}
	m.Stop()
	discarded.Wait()
	for _, id := range ids {
		if i := find(t, m, id); i.State != answer.ImportFailed || !errors.Is(i.Err, context.Canceled) {
			t.Errorf("after the stop: %+v", i)
		}
	}
}

// Cancelling ends one that waits and one that runs, stores nothing, and tells those who
// follow; the draft that is stored already, and only being looked over, stays.
func TestAnImportIsCancelled(t *testing.T) {
	l := loads{make(chan string, 9), make(chan error)}
	examining, looked := make(chan string), make(chan error)
	m := &answer.Imports{Load: l.load, Examine: func(_ context.Context, ref geodata.VersionRef) error {
		examining <- ref.Label
		return <-looked
	}}
	defer m.Stop()
	var discarded sync.WaitGroup
	discarded.Add(4)
	first, second := begin(t, m, "1", discarded.Done), begin(t, m, "2", discarded.Done)
	third, fourth := begin(t, m, "3", discarded.Done), begin(t, m, "4", discarded.Done)
	<-l.began
	<-l.began
	if listed := m.List(""); len(listed) != 4 || listed[0].ID != fourth.ID || listed[3].ID != first.ID {
		t.Errorf("listed %+v", listed)
	}
	ended := func(id string) answer.Import {
		for {
			i, moved, err := m.Find(id)
			if err != nil || i.HasEnded() {
				return i
			}
			<-moved
		}
	}
	for _, id := range []string{third.ID, fourth.ID, first.ID} { // those that wait before one that runs
		if err := m.Cancel(id); err != nil {
			t.Fatal(err)
		}
		if i := ended(id); i.State != answer.ImportCancelled || i.Err != nil || i.Report != nil {
			t.Errorf("cancelled: %+v", i)
		}
	}
	l.finish <- nil
	<-examining
	if i := find(t, m, second.ID); i.Stage != answer.ImportExamines || i.State != answer.ImportRunning {
		t.Errorf("being looked over: %+v", i)
	}
	if err := m.Cancel(second.ID); err != nil {
		t.Fatal(err)
	}
	looked <- errors.New("the database is away")
	if i := ended(second.ID); i.State != answer.ImportDone || i.Report == nil || i.Err != nil {
		t.Errorf("stored, not looked over: %+v", i)
	}
	discarded.Wait()
	if err := m.Cancel("unknown"); !geodata.IsKind(err, geodata.NotFound) {
		t.Errorf("an import nobody began: %v", err)
	}
}
