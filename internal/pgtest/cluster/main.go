// Command cluster runs a command with a PostGIS server of its own:
//
//	go run ./internal/pgtest/cluster go test ./...
//
// The server lives in a temp folder, gives up durability for speed and is named
// to the command by HONGXIAN_TEST_DATABASE, and the run by HONGXIAN_TEST_RUN. A server that is already named there
// is left alone and used. The exit code is the command's.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"strconv"
	"syscall"

	"hongxian/internal/pgtest"
)

func main() {
	if len(os.Args) < 2 {
		fmt.Fprintln(os.Stderr, "usage: cluster COMMAND [ARGUMENT…]")
		os.Exit(2)
	}
	// The command shares the terminal and gets Ctrl-C itself; we wait for it.
	signal.Notify(make(chan os.Signal, 1), os.Interrupt, syscall.SIGTERM)
	code, err := withServer(context.Background(), os.Args[1:])
	if err != nil {
		fmt.Fprintln(os.Stderr, "cluster:", err)
	}
	os.Exit(code)
}

func withServer(ctx context.Context, command []string) (int, error) {
	if os.Getenv(pgtest.ServerVariable) != "" {
		return run(command)
	}
	cluster, err := pgtest.StartCluster(ctx)
	if err != nil {
		return 3, err
	}
	os.Setenv(pgtest.ServerVariable, cluster.AdminDSN())
	os.Setenv(pgtest.RunVariable, strconv.Itoa(os.Getpid()))
	code, err := run(command)
	return code, errors.Join(err, pgtest.Remove(ctx, cluster))
}

func run(command []string) (int, error) {
	cmd := exec.Command(command[0], command[1:]...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	err := cmd.Run()
	var ended *exec.ExitError
	if errors.As(err, &ended) {
		return max(ended.ExitCode(), 1), nil
	}
	if err != nil {
		return 3, err
	}
	return 0, nil
}
