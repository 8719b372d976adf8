package pgtest

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"

	"hongxian/geodata/postgis"
	"hongxian/geodata/postgis/migrations"
	"hongxian/internal/localpg"
)

// rolePassword opens test databases only.
const rolePassword = "hongxian-test"

// server is where the test databases are made.
type server struct {
	admin string // superuser's DSN
}

// theServer is found or started once a test process.
var theServer = sync.OnceValues(func() (*server, error) {
	if dsn := configuredServer(); dsn != "" {
		return &server{admin: dsn}, nil
	}
	cluster, err := StartCluster(context.Background())
	if err != nil {
		return nil, err
	}
	return &server{admin: cluster.AdminDSN()}, nil
})

// folderPrefix begins the name of every temp folder with a test cluster.
const folderPrefix = "hongxian-pgtest-"

// StartCluster starts a fast, forgetful cluster in a temp folder. It stops when
// this process ends, however it ends; its folder is removed by Remove, or swept
// by the next StartCluster.
func StartCluster(ctx context.Context) (*localpg.Cluster, error) {
	sweep()
	folder, err := os.MkdirTemp("", folderPrefix)
	if err != nil {
		return nil, err
	}
	if err := os.Chmod(folder, 0o755); err != nil { // the server's account enters it
		return nil, err
	}
	return localpg.Open(ctx, localpg.Options{Dir: folder, Exclusive: true, Fast: true, Command: "go test",
		Elsewhere: filepath.Join(folder, "elsewhere"), // no better: a closed temp folder is an error
		Log:       slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))})
}

// sweep removes the folders of clusters whose process has ended. A young folder
// may be one whose process is just about to lock it.
func sweep() {
	folders, _ := filepath.Glob(filepath.Join(os.TempDir(), folderPrefix+"*"))
	for _, folder := range folders {
		if info, err := os.Stat(folder); err != nil || time.Since(info.ModTime()) < time.Minute {
			continue
		}
		_ = localpg.Discard(folder) // one that cannot be removed harms nobody
	}
}

// Remove stops a cluster of StartCluster and removes its folder.
func Remove(ctx context.Context, cluster *localpg.Cluster) error {
	err := cluster.Close(ctx)
	folder, _ := cluster.Location()
	return errors.Join(err, localpg.Discard(filepath.Dir(folder)))
}

// template names the migrated template, made when no process has made it yet.
func (s *server) template(ctx context.Context) (string, error) {
	return s.makeTemplate(ctx, "hongxian_template_"+migrationsDigest(), func(dsn string) error { return migrate(ctx, dsn) })
}

func migrate(ctx context.Context, dsn string) error {
	pool, err := postgis.Open(ctx, dsn)
	if err != nil {
		return err
	}
	defer pool.Close()
	_, _, err = postgis.Migrate(ctx, pool)
	return err
}

// preparedTemplate names the template with extensions and plane only.
func (s *server) preparedTemplate(ctx context.Context) (string, error) {
	return s.makeTemplate(ctx, "hongxian_prepared", func(string) error { return nil })
}

// filled holds the keys whose templates this process has made.
var filled = struct {
	sync.Mutex
	keys map[string]bool
}{keys: map[string]bool{}}

// filledTemplate names a migrated template with contents. What the process of another run
// has made may be of another program, so each run makes its own.
func (s *server) filledTemplate(ctx context.Context, key string, fill func(dsn string) error) (string, error) {
	filled.Lock()
	defer filled.Unlock()
	name := fmt.Sprintf("hongxian_filled_%s_%s", key, cmp.Or(os.Getenv(RunVariable), strconv.Itoa(os.Getpid())))
	if filled.keys[name] {
		return name, nil
	}
	name, err := s.makeTemplate(ctx, name, func(dsn string) error {
		if err := migrate(ctx, dsn); err != nil {
			return err
		}
		return fill(dsn)
	})
	filled.keys[name] = err == nil
	return name, err
}

// migrationsDigest tells one state of the migrations from another.
var migrationsDigest = sync.OnceValue(func() string {
	sum := sha256.New()
	fmt.Fprintf(sum, "queue %d\n", postgis.QueueVersion)
	_ = fs.WalkDir(migrations.FS, ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := fs.ReadFile(migrations.FS, path)
		fmt.Fprintf(sum, "%s %d\n", path, len(text))
		sum.Write(text)
		return err
	})
	return hex.EncodeToString(sum.Sum(nil)[:8])
})

// templateLock is the class of the advisory locks that one maker at a time of a template
// holds.
const templateLock = 990001

// makeTemplate gives the name of a template that fill has filled. Test processes
// that run side by side wait for the one that makes it; one that died half way
// left a database that is no template yet, and it is made again.
func (s *server) makeTemplate(ctx context.Context, name string, fill func(dsn string) error) (string, error) {
	conn, err := pgx.Connect(ctx, s.admin)
	if err != nil {
		return "", err
	}
	defer conn.Close(ctx) // releases the lock
	if done, err := isTemplate(ctx, conn, name); done || err != nil {
		return name, err
	}
	if _, err := conn.Exec(ctx, "select pg_advisory_lock($1, hashtext($2))", templateLock, name); err != nil {
		return "", err
	}
	if done, err := isTemplate(ctx, conn, name); done || err != nil {
		return name, err
	}
	if _, err := conn.Exec(ctx, "drop database if exists "+name+" with (force)"); err != nil {
		return "", err
	}
	err = postgis.Administer(ctx, s.admin, postgis.Setup{Database: name, Role: Role, Password: rolePassword})
	if err != nil {
		return "", err
	}
	if err := fill(s.serviceDSN(name)); err != nil {
		return "", err
	}
	_, err = conn.Exec(ctx, "alter database "+name+" is_template true")
	return name, err
}

func isTemplate(ctx context.Context, conn *pgx.Conn, name string) (bool, error) {
	var done bool
	err := conn.QueryRow(ctx, "select exists (select from pg_database where datname = $1 and datistemplate)", name).Scan(&done)
	return done, err
}
