package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"

	"hongxian/geodata"
	"hongxian/geodata/county"
	"hongxian/geodata/postgis"
)

// profilesFolder is where a deployment keeps profiles of its own, in addition to
// those that come with the program.
const profilesFolder = "HONGXIAN_COUNTIES"

// holdCounty finds the county a command works on. One that is not held yet is
// registered with its profile; an empty code means the only one held, or, in an
// empty database, the only profile there is.
func (d *database) holdCounty(ctx context.Context, code string) (*county.Profile, error) {
	catalogue := &postgis.Catalogue{DB: d.pool}
	held, err := catalogue.County(ctx, code)
	if err == nil {
		return profileOf(held)
	}
	if !geodata.IsKind(err, geodata.NotFound) {
		return nil, err
	}
	profile, err := findProfile(code)
	if err != nil {
		return nil, err
	}
	return profile, d.register(ctx, profile)
}

// register writes a profile and its layers into the database.
func (d *database) register(ctx context.Context, p *county.Profile) error {
	kept, err := json.Marshal(p)
	if err != nil {
		return fmt.Errorf("keep profile %s: %w", p.Code, err)
	}
	return (&postgis.Catalogue{DB: d.pool}).PutCounty(ctx, postgis.County{
		Code: p.Code, NameZH: p.NameZH, NameEN: p.NameEN, PlaneSRID: p.PlaneSRID,
		Bounds: p.Bound(), Profile: kept}, p.Catalogue())
}

// profileOf reads the profile that a held county was registered with.
func profileOf(held postgis.County) (*county.Profile, error) {
	p := &county.Profile{}
	if err := json.Unmarshal(held.Profile, p); err != nil {
		return nil, fmt.Errorf("read profile of %s: %w", held.Code, err)
	}
	return p, nil
}

// findProfile looks among the deployment's own profiles, then the built-in ones.
func findProfile(code string) (*county.Profile, error) {
	var own []*county.Profile
	if folder := os.Getenv(profilesFolder); folder != "" {
		var err error
		if own, err = county.LoadFolder(folder); err != nil {
			return nil, err
		}
	}
	for _, p := range own {
		if p.Code == code || code == "" && len(own) == 1 {
			return p, nil
		}
	}
	if builtin := county.Builtin(); code == "" && len(own) == 0 && len(builtin) == 1 {
		code = builtin[0]
	}
	if code == "" {
		return nil, &geodata.Error{Kind: geodata.Invalid, Code: "county-ambiguous",
			ZH: "有多个县域配置，请在引用前写明县代码，例如 500237.red-line@2022。",
			EN: "There are several county profiles; name one, as in 500237.red-line@2022."}
	}
	return county.Load(code)
}
