package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/spf13/cobra"
)

// spoken is a command as the manuals write it, up to the end of its line or span.
var spoken = regexp.MustCompile("(?m)(?:^(?:\\$ )?(?:bin/)?|`)hongxian ([a-z][^`\n#]*)")

// Every command and flag that the manuals name is one of the program's.
func TestManualsNameWhatExists(t *testing.T) {
	pages, err := filepath.Glob("../../.docs/*.md")
	if err != nil || len(pages) < 2 {
		t.Fatal(pages, err)
	}
	seen := 0
	for _, page := range append(pages, "../../README.md", "../../README.zh-CN.md") {
		text, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range spoken.FindAllStringSubmatch(string(text), -1) {
			seen++
			if missing := notOfTheProgram(m[1]); missing != "" {
				t.Errorf("%s: hongxian %s: there is no %s", filepath.Base(page), m[1], missing)
			}
		}
	}
	if seen < 60 {
		t.Errorf("only %d commands were found", seen)
	}
}

// notOfTheProgram is the first word of a command line that names no command or flag.
func notOfTheProgram(line string) string {
	root, _ := newRoot()
	root.InitDefaultHelpCmd()
	cmd := root
	for _, word := range strings.Fields(line) {
		name, _, _ := strings.Cut(strings.TrimLeft(word, "["), "=")
		name = strings.TrimRight(name, "]，。,;")
		switch {
		case strings.HasPrefix(name, "--"):
			if cmd.Flag(name[2:]) == nil && name != "--help" {
				return name
			}
		case cmd.HasAvailableSubCommands():
			next := child(cmd, name)
			if next == nil {
				return name
			}
			cmd = next
		case strings.ContainsAny(word, "|;&>"):
			return ""
		}
	}
	return ""
}

// child finds a subcommand; where the manual names several (list|show), the first.
func child(cmd *cobra.Command, name string) *cobra.Command {
	name, _, _ = strings.Cut(name, "|")
	for _, c := range cmd.Commands() {
		if c.Name() == name {
			return c
		}
	}
	return nil
}
