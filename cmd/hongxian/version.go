package main

import (
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"

	"hongxian/geodata/postgis"
)

func newVersion(*settings) *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "显示程序版本 / print the program's version",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			_, err := fmt.Fprintf(cmd.OutOrStdout(), "hongxian %s, schema %d, %s\n",
				programVersion(), postgis.SchemaVersion(), runtime.Version())
			return err
		},
	}
}

// release is the version a bundle was made as; empty otherwise.
var release string

// programVersion names the source this program was built from, as the Go
// toolchain stamped it: a tag, or the commit, with "+dirty" for local changes. A
// bundle's program names its release.
func programVersion() string {
	if release != "" {
		return release
	}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	stamp := map[string]string{}
	for _, setting := range info.Settings {
		stamp[setting.Key] = setting.Value
	}
	version := info.Main.Version
	if (version == "" || version == "(devel)") && stamp["vcs.revision"] != "" {
		version = fmt.Sprintf("%.12s", stamp["vcs.revision"])
		if stamp["vcs.modified"] == "true" {
			version += "+dirty"
		}
	}
	return version
}
