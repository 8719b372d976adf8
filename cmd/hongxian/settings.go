package main

import (
	"cmp"
	"os"

	"github.com/spf13/pflag"
)

// settings are the flags that every subcommand takes. A flag stands over its
// environment variable.
type settings struct {
	dataFlag     string
	databaseFlag string
}

func (s *settings) register(flags *pflag.FlagSet) {
	// The environment is no default here: help would print the password in it.
	flags.StringVar(&s.dataFlag, "data", "", "数据目录 / data folder (HONGXIAN_DATA, default ./var)")
	flags.StringVar(&s.databaseFlag, "database", "",
		"PostGIS 连接串，缺省用数据目录下的私有库 / connection string; default: a private cluster in the data folder (HONGXIAN_DATABASE)")
}

// data is the data folder.
func (s *settings) data() string { return cmp.Or(s.dataFlag, os.Getenv("HONGXIAN_DATA"), "var") }

// database is the connection string of a server, empty for the private cluster.
func (s *settings) database() string { return cmp.Or(s.databaseFlag, os.Getenv("HONGXIAN_DATABASE")) }
