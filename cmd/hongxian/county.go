package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"sync"

	"hongxian/geodata"
	"hongxian/geodata/county"
	"hongxian/geodata/postgis"
	"hongxian/internal/rule"
)

// profilesFolder is where a deployment keeps profiles of its own, in addition to
// those that come with the program.
const profilesFolder = "HONGXIAN_COUNTIES"

// countyFor finds the county an import works on, and whether the database holds
// it. An empty code means the only one held, or, in an empty database, the only
// profile there is.
func (d *database) countyFor(ctx context.Context, code string) (p *county.Profile, isHeld bool, err error) {
	held, err := (&postgis.Catalogue{DB: d.pool}).County(ctx, code)
	if err == nil {
		p, err = profileOf(held)
		return p, true, err
	}
	if !geodata.IsKind(err, geodata.NotFound) {
		return nil, false, err
	}
	p, err = findProfile(code)
	return p, false, err
}

// register writes a profile with its rules, and its layers, into the database.
// Rules that cannot be read are refused here, before any check would need them.
func register(ctx context.Context, db postgis.Querier, p *county.Profile) error {
	if p.Rules != "" {
		if _, err := rule.Parse([]byte(p.Rules)); err != nil {
			return inFile(p.RulesFile, err)
		}
	}
	kept, err := json.Marshal(p)
	if err != nil {
		return fmt.Errorf("keep profile %s: %w", p.Code, err)
	}
	return (&postgis.Catalogue{DB: db}).PutCounty(ctx, postgis.County{
		Code: p.Code, NameZH: p.NameZH, NameEN: p.NameEN, PlaneSRID: p.PlaneSRID,
		Bounds: p.Bound(), Profile: kept}, p.Catalogue())
}

// readProfiles are the profiles this process has read, by digest.
var readProfiles sync.Map

// profileOf reads the profile that a held county was registered with. It is shared
// by all who ask: not to be changed.
func profileOf(held postgis.County) (*county.Profile, error) {
	if p, ok := readProfiles.Load(held.ProfileDigest); ok {
		return p.(*county.Profile), nil
	}
	p := &county.Profile{}
	if err := json.Unmarshal(held.Profile, p); err != nil {
		return nil, fmt.Errorf("read profile of %s: %w", held.Code, err)
	}
	if held.ProfileDigest != "" {
		readProfiles.Store(held.ProfileDigest, p)
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
