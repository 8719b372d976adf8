package main

import (
	"os"
	"strings"

	"hongxian/geodata"
	"hongxian/geodata/county"
)

// parametersUsage explains the flag; numbers on a command line can be seen by others on
// the machine, so a named set is the better way.
const parametersUsage = "七参数：本县参数组的名称，或 xian80/position-vector/m/arcsecond/ppm:… / seven parameters: the name of a set of the county, or with datum, convention and units"

// parametersOf finds the seven parameters that a planner names or writes out; nil
// without any.
func parametersOf(p *county.Profile, text string) (*geodata.SevenParameters, error) {
	text = strings.TrimSpace(text)
	if text == "" {
		return nil, nil
	}
	if strings.Contains(text, "\n") { // a set as the county's file writes it
		written, err := county.ParseSet(text)
		if err != nil {
			return nil, err
		}
		return &written, nil
	}
	if strings.Contains(text, ":") {
		written, err := geodata.ParseParameters(text)
		if err != nil {
			return nil, err
		}
		return &written, nil
	}
	held, err := county.Parameters(os.Getenv(profilesFolder), p.Code, text)
	if err != nil {
		return nil, err
	}
	return &held, nil
}
