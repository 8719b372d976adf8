package publish_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"hongxian/geodata"
	"hongxian/internal/pgtest/holding"
	"hongxian/internal/publish"
)

// step is a preparer that does what a test asks of it.
type step struct {
	name    string
	prepare func(context.Context, pgx.Tx) error
	ran     int
}

func (s *step) Name() string { return s.name }

func (s *step) Prepare(ctx context.Context, tx pgx.Tx, _ geodata.Version, _ func(float64)) ([]publish.Warning, error) {
	s.ran++
	if s.prepare == nil {
		return []publish.Warning{{Code: s.name}}, nil
	}
	return nil, s.prepare(ctx, tx)
}

func (s *step) Undo(context.Context, pgx.Tx, geodata.Version) error { return nil }

func draft(t *testing.T, db *pgxpool.Pool, label string) geodata.VersionRef {
	t.Helper()
	holding.Draft(t, db, "red-line@"+label, 4546, holding.Feature{WKT: box(0, 0, 2, 2)}, holding.Feature{WKT: box(1, 1, 3, 3)})
	return geodata.VersionRef{Layer: geodata.RedLine, Label: label}
}

func publisher(db *pgxpool.Pool, more ...publish.Preparer) *publish.Publisher {
	return &publish.Publisher{DB: db, Preparers: append([]publish.Preparer{publish.Faces{}}, more...)}
}

func mustPublish(t *testing.T, p *publish.Publisher, ref geodata.VersionRef) *publish.Result {
	t.Helper()
	result, err := p.Publish(context.Background(), ref, nil)
	if err != nil {
		t.Fatalf("publish %s: %v", ref, err)
	}
	return result
}

func refused(t *testing.T, err error, kind geodata.Kind, code string) {
	t.Helper()
	if e := geodata.AsError(err); err == nil || e.Kind != kind || e.Code != code {
		t.Errorf("got %v, want %s %s", err, kind, code)
	}
}

func TestPublishSupersedesTheOneBefore(t *testing.T) {
	db := newCounty(t)
	older, newer := draft(t, db, "2018"), draft(t, db, "2022")
	first := mustPublish(t, publisher(db, &step{name: "note"}), older)
	if first.Superseded != "" || first.Version.State != geodata.InForce || first.Version.Published == nil {
		t.Errorf("the first: %+v", first)
	}
	if len(first.Warnings) != 1 || first.Warnings[0].Code != "note" {
		t.Errorf("warnings: %+v", first.Warnings)
	}
	if second := mustPublish(t, publisher(db), newer); second.Superseded != "2018" {
		t.Errorf("the second superseded %q", second.Superseded)
	}
	isLeft(t, db, "2018", geodata.Superseded, 2)
	isLeft(t, db, "2022", geodata.InForce, 1)

	_, err := publisher(db).Publish(context.Background(), newer, nil)
	refused(t, err, geodata.Conflict, "version-not-a-draft")
	_, err = publisher(db).Publish(context.Background(), older, nil)
	refused(t, err, geodata.Conflict, "version-not-a-draft")
	_, err = publisher(db).Publish(context.Background(), geodata.VersionRef{Layer: geodata.RedLine}, nil)
	refused(t, err, geodata.Invalid, "label-missing")
	_, err = publisher(db).Publish(context.Background(), geodata.VersionRef{Layer: geodata.RedLine, Label: "2035"}, nil)
	refused(t, err, geodata.NotFound, "version-unknown")
}

func TestDatabaseAllowsOneVersionInForce(t *testing.T) {
	db := newCounty(t)
	mustPublish(t, publisher(db), draft(t, db, "2018"))
	draft(t, db, "2022")
	_, err := db.Exec(context.Background(), "update version set state = 'in_force' where label = '2022'")
	var e *pgconn.PgError
	if !errors.As(err, &e) || e.ConstraintName != "version_one_in_force" {
		t.Errorf("a second version in force: %v", err)
	}
}

func TestFailureLeavesTheDraft(t *testing.T) {
	db := newCounty(t)
	ref := draft(t, db, "2022")
	broken := errors.New("the tiles do not fit")
	facesDone := make(chan struct{})
	failing := &step{name: "tiles", prepare: func(ctx context.Context, _ pgx.Tx) error { <-facesDone; return broken }}
	progress := func(preparer string, share float64) {
		if preparer == "faces" && share == 1 {
			close(facesDone)
		}
	}
	if _, err := publisher(db, failing).Publish(context.Background(), ref, progress); !errors.Is(err, broken) {
		t.Errorf("published: %v", err)
	}
	isLeft(t, db, "2022", geodata.Draft, 0)
	failing.prepare = nil
	mustPublish(t, publisher(db, failing), ref)
}

// crash leaves a version as a process does that dies after its faces.
func crash(t *testing.T, db *pgxpool.Pool, ref geodata.VersionRef) {
	t.Helper()
	mustPublish(t, publisher(db), ref)
	if _, err := db.Exec(context.Background(),
		"update version set state = 'preparing', published_at = null where label = $1", ref.Label); err != nil {
		t.Fatal(err)
	}
	isLeft(t, db, ref.Label, geodata.Preparing, 1)
}

func TestPublishGoesOnAfterACrash(t *testing.T) {
	db := newCounty(t)
	ref := draft(t, db, "2022")
	crash(t, db, ref)
	faces, tiles := &step{name: "faces"}, &step{name: "tiles"}
	mustPublish(t, &publish.Publisher{DB: db, Preparers: []publish.Preparer{faces, tiles}}, ref)
	if faces.ran != 0 || tiles.ran != 1 {
		t.Errorf("faces ran %d times, tiles %d", faces.ran, tiles.ran)
	}
	isLeft(t, db, "2022", geodata.InForce, 2)
}

func TestSweepTakesLeftoversBack(t *testing.T) {
	db := newCounty(t)
	ref := draft(t, db, "2022")
	crash(t, db, ref)
	draft(t, db, "2023")
	swept, err := publisher(db).Sweep(context.Background())
	if err != nil || len(swept) != 1 || swept[0].Label != "2022" || swept[0].County != "500237" {
		t.Errorf("swept %v, err %v", swept, err)
	}
	isLeft(t, db, "2022", geodata.Draft, 0)
	mustPublish(t, publisher(db), ref)
}

func TestOnePublisherAtATime(t *testing.T) {
	db := newCounty(t)
	ref := draft(t, db, "2022")
	ctx, stop := context.WithTimeout(context.Background(), 30*time.Second)
	defer stop()
	begun, goOn, done := make(chan struct{}), make(chan struct{}), make(chan error, 1)
	slow := &step{name: "slow", prepare: func(ctx context.Context, _ pgx.Tx) error {
		close(begun)
		select {
		case <-goOn:
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	}}
	go func() { _, err := publisher(db, slow).Publish(ctx, ref, nil); done <- err }()
	select {
	case <-begun:
	case err := <-done:
		t.Fatalf("the first publisher: %v", err)
	}
	_, err := publisher(db).Publish(ctx, ref, nil)
	refused(t, err, geodata.Conflict, "publish-running")
	if swept, err := publisher(db).Sweep(ctx); len(swept) != 0 || err != nil {
		t.Errorf("swept %v under the publisher's hands, err %v", swept, err)
	}
	close(goOn)
	if err := <-done; err != nil {
		t.Errorf("the first publisher: %v", err)
	}
	isLeft(t, db, "2022", geodata.InForce, 2)
}

func TestCancelledPublishLeavesTheDraft(t *testing.T) {
	db := newCounty(t)
	ref := draft(t, db, "2022")
	ctx, cancel := context.WithCancel(context.Background())
	stopping := &step{name: "stopping", prepare: func(ctx context.Context, _ pgx.Tx) error {
		cancel()
		return ctx.Err()
	}}
	if _, err := publisher(db, stopping).Publish(ctx, ref, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("published: %v", err)
	}
	isLeft(t, db, "2022", geodata.Draft, 0)
}

// follower is a step that reads what others have written.
type follower struct {
	step
	after []string
}

func (f *follower) After() []string { return f.after }

func TestFollowersBeginWhenOthersHaveCommitted(t *testing.T) {
	db := newCounty(t)
	ref := draft(t, db, "2022")
	faces := 0
	last := &follower{after: []string{"faces"}, step: step{name: "shares", prepare: func(ctx context.Context, tx pgx.Tx) error {
		return tx.QueryRow(ctx, "select count(*) from fragment").Scan(&faces)
	}}}
	result := mustPublish(t, publisher(db, last), ref)
	if faces == 0 {
		t.Error("the follower saw no faces")
	}
	if p := result.Prepared; len(p) != 2 || p[0].Preparer != "faces" || p[1].Preparer != "shares" || p[0].Took <= 0 {
		t.Errorf("prepared: %v", p)
	}

	// one whose predecessor fails never begins
	ref, broken := draft(t, db, "2023"), errors.New("no room")
	last.ran = 0
	failing := &publish.Publisher{DB: db, Preparers: []publish.Preparer{
		&step{name: "faces", prepare: func(context.Context, pgx.Tx) error { return broken }}, last}}
	if _, err := failing.Publish(context.Background(), ref, nil); !errors.Is(err, broken) || last.ran != 0 {
		t.Errorf("published with %v, the follower ran %d times", err, last.ran)
	}
	// nor does one whose predecessor is not there
	lost := &publish.Publisher{DB: db, Preparers: []publish.Preparer{last, publish.Faces{}}}
	if _, err := lost.Publish(context.Background(), ref, nil); err == nil || last.ran != 0 {
		t.Errorf("published with %v, the follower ran %d times", err, last.ran)
	}
	isLeft(t, db, "2023", geodata.Draft, 0)
}
