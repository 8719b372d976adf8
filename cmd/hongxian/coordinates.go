package main

import "github.com/spf13/pflag"

// coordinates is where a command keeps what a planner says of a file's coordinates.
type coordinates struct {
	crs, parameters, datum *string
	confirm                *bool
}

// add defines the same flags wherever a command takes a planner's file.
func (c coordinates) add(flags *pflag.FlagSet) {
	flags.StringVar(c.crs, "crs", "", "坐标系，例如 EPSG:4546 / coordinate system, where the file does not say")
	flags.BoolVar(c.confirm, "confirm-crs", false, "确认由位置推定的坐标系 / take the one coordinate system that puts the file into the county")
	flags.StringVar(c.parameters, "parameters", "", parametersUsage)
	flags.StringVar(c.datum, "datum", "", "经纬度的偏移：gcj02 或 bd09 / degrees shifted by a web map: gcj02 or bd09")
}
