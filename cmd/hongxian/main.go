// Command hongxian is the whole program: the server, the imports and checks of
// the command line, and the care of its database. One file holds one subcommand.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	"hongxian/geodata"
	"hongxian/internal/audit"
	"hongxian/internal/report"
)

// subcommands are the constructors of all subcommands, in the order of the help.
var subcommands = []func(*settings) *cobra.Command{
	newServe,
	newDemo,
	newDoctor,
	newLayer,
	newImport,
	newQuality,
	newPublish,
	newCheck,
	newBatch,
	newStats,
	newChange,
	newOverlaps,
	newLedger,
	newIndicators,
	newVerify,
	newRules,
	newExport,
	newTiles,
	newMigrate,
	newAudit,
	newBackup,
	newRestore,
	newUser,
	newToken,
	newVersion,
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second Ctrl-C ends the program at once
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

// logLevel is what goes to stderr as a log; a server sets it to Info. Commands
// speak through their output and their errors.
var logLevel slog.LevelVar

func init() { logLevel.Set(slog.LevelWarn) }

// run executes one command line and gives the exit code.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	log, flush := logTo(stderr)
	defer flush()
	slog.SetDefault(log)
	root, started := newRoot()
	root.SetArgs(args)
	root.SetOut(stdout)
	root.SetErr(stderr)
	err := root.ExecuteContext(audit.With(ctx, operator()))
	if err != nil && !*started {
		err = usageError(err)
	}
	if err != nil && ctx.Err() != nil && errors.Is(err, context.Canceled) {
		fmt.Fprintln(stderr, "已中断。\nInterrupted.")
		return exitInterrupted
	}
	if err != nil {
		printError(stderr, err)
	}
	return exitCode(err)
}

// newRoot makes the command tree, and a flag that turns true when a subcommand's
// own work begins: an error before that is one of usage.
func newRoot() (root *cobra.Command, started *bool) {
	s := &settings{}
	started = new(bool)
	root = &cobra.Command{
		Use:           "hongxian",
		Short:         "红线：县级国土空间规划成果管理与核查 / county spatial-planning holdings and checks",
		SilenceErrors: true,
		SilenceUsage:  true,
	}
	s.register(root.PersistentFlags())
	for _, construct := range subcommands {
		root.AddCommand(construct(s))
	}
	noteStart(root, started)
	return root, started
}

// noteStart sets started when any command of the tree begins its work.
func noteStart(cmd *cobra.Command, started *bool) {
	if work := cmd.RunE; work != nil {
		cmd.RunE = func(cmd *cobra.Command, args []string) error {
			*started = true
			return work(cmd, args)
		}
	}
	for _, child := range cmd.Commands() {
		noteStart(child, started)
	}
}

// The exit codes scripts rely on.
const (
	exitDone        = 0
	exitNo          = 1 // the answer is "no" where a yes or no was asked
	exitInput       = 2 // bad input or usage, or a state that does not allow it
	exitInternal    = 3
	exitInterrupted = 130 // as shells report Ctrl-C
)

// exitCode is the one place where kinds of error become exit codes.
func exitCode(err error) int {
	if err == nil {
		return exitDone
	}
	switch geodata.AsError(err).Kind {
	case geodata.Refused, geodata.Unknown:
		return exitNo
	case geodata.Invalid, geodata.NotFound, geodata.Conflict, geodata.TooLarge:
		return exitInput
	default:
		return exitInternal
	}
}

// printError prints the Chinese sentence, then the English one, then where, each
// on a line whatever names of foreign files hold. The
// cause follows only where the sentences do not name it: an internal error has
// no service log on the command line, and an unavailable one is the operator's.
func printError(w io.Writer, err error) {
	e := geodata.AsError(err)
	fmt.Fprintln(w, report.Printable(e.ZH+whereZH(e)))
	fmt.Fprintln(w, report.Printable(e.EN+whereEN(e)))
	if e.Err != nil && (e.Kind == geodata.Internal || e.Kind == geodata.Unavailable) {
		fmt.Fprintln(w, "原因 / cause:", e.Err)
	}
}

func whereZH(e *geodata.Error) string {
	var parts []string
	if e.Record > 0 {
		parts = append(parts, fmt.Sprintf("第 %d 条记录", e.Record))
	}
	if e.At != nil {
		parts = append(parts, fmt.Sprintf("坐标 (%.10g, %.10g)", e.At[0], e.At[1]))
	}
	if len(parts) == 0 {
		return ""
	}
	return "（" + strings.Join(parts, "，") + "）"
}

func whereEN(e *geodata.Error) string {
	var parts []string
	if e.Record > 0 {
		parts = append(parts, fmt.Sprintf("record %d", e.Record))
	}
	if e.At != nil {
		parts = append(parts, fmt.Sprintf("at (%.10g, %.10g)", e.At[0], e.At[1]))
	}
	if len(parts) == 0 {
		return ""
	}
	return " (" + strings.Join(parts, ", ") + ")"
}

func usageError(err error) error {
	var e *geodata.Error
	if errors.As(err, &e) {
		return err
	}
	return &geodata.Error{Kind: geodata.Invalid, Code: "usage",
		ZH:  fmt.Sprintf("命令用法不对（%v），请看 hongxian help。", err),
		EN:  fmt.Sprintf("The command is not used right (%v); see hongxian help.", err),
		Err: err}
}
