package schematic

import (
	"fmt"
	"math"
	"slices"

	"github.com/paulmach/orb"

	"hongxian/geodata"
)

// squareMetres is an attribute area with the two decimals official data use.
func squareMetres(a float64) float64 { return math.Round(a*100) / 100 }

// byClass lists the cells of each class, ascending, empty classes left out.
func byClass[K int | int8 | int16](cells []int, class func(c int) K) (lists map[K][]int, order []K) {
	lists = map[K][]int{}
	for _, c := range cells {
		k := class(c)
		if k < 0 {
			continue
		}
		lists[k] = append(lists[k], c)
	}
	for k := range lists {
		order = append(order, k)
	}
	slices.Sort(order)
	return lists, order
}

func (c *County) townshipFeatures(yield func(geodata.Feature) bool) {
	r := newRegion(c.mesh)
	lists, _ := byClass(c.cells, func(k int) int8 { return c.township[k] })
	for i, seat := range seats {
		t, _ := c.profile.Township(seat.code)
		f := geodata.Feature{Code: t.Code, Name: t.Name, Class: t.Type, Geometry: r.dissolve(lists[int8(i)]),
			Attributes: map[string]any{"XZQDM": t.Code + "000", "XZQMC": t.Name, "XZQLX": t.Type,
				"JSMJ": squareMetres(c.total(lists[int8(i)]))}}
		if !yield(f) {
			return
		}
	}
}

// protectedFeatures gives a feature for each zone of each area, in the plan's order.
func (c *County) protectedFeatures(yield func(geodata.Feature) bool) {
	r := newRegion(c.mesh)
	for i, a := range c.zones {
		for j, cells := range [2][]int{a.core, a.general} {
			if len(cells) == 0 {
				continue
			}
			class := [2]string{coreZone, generalZone}[j]
			code := fmt.Sprintf("BHD%s%02d%d", countyCode, i+1, j+1)
			f := geodata.Feature{Code: code, Name: a.name, Class: class, Geometry: r.dissolve(cells),
				Attributes: map[string]any{"BHDBM": code, "BHDMC": a.name, "BHDJB": a.level, "BHDLX": a.kind,
					"GNFQ": class, "MJ": squareMetres(c.total(cells))}}
			if !yield(f) {
				return
			}
		}
	}
}

func (c *County) scenicFeatures(yield func(geodata.Feature) bool) {
	r := newRegion(c.mesh)
	lists, order := byClass(c.cells, func(k int) int8 { return c.scenic[k] })
	for _, class := range order {
		code := fmt.Sprintf("FJQ%s%02d", countyCode, class+1)
		f := geodata.Feature{Code: code, Name: "长江三峡国家级风景名胜区", Class: scenicClasses[class],
			Geometry: r.dissolve(lists[class]),
			Attributes: map[string]any{"FJQBM": code, "FJQMC": "长江三峡国家级风景名胜区", "FQMC": scenicClasses[class],
				"MJ": squareMetres(c.total(lists[class]))}}
		if !yield(f) {
			return
		}
	}
}

func (c *County) heritageFeatures(yield func(geodata.Feature) bool) {
	g := orb.MultiPolygon{c.layHeritage()}
	yield(geodata.Feature{Code: "YCD" + countyCode + "01", Name: "湖北神农架世界自然遗产（重庆五里坡部分）", Class: "世界自然遗产",
		Geometry: g, Attributes: map[string]any{"YCDBM": "YCD" + countyCode + "01",
			"YCDMC": "湖北神农架世界自然遗产（重庆五里坡部分）", "FQMC": "世界自然遗产", "MJ": squareMetres(float64(Measure(g)))}})
}

// unitFeatures codes the units ZH + county + class + serial within the class.
func (c *County) unitFeatures(yield func(geodata.Feature) bool) {
	r := newRegion(c.mesh)
	units := slices.Clone(c.units)
	slices.SortStableFunc(units, func(a, b unit) int { return a.class - b.class })
	serial := [4]int{}
	for _, u := range units {
		for i, g := range r.split(u.cells, c.scale) {
			serial[u.class]++
			name := u.name
			if c.scale > 1 {
				name = fmt.Sprintf("%s（%d）", u.name, i+1)
			}
			code := fmt.Sprintf("ZH%s%d%04d", countyCode, u.class, serial[u.class])
			f := geodata.Feature{Code: code, Name: name, Class: controlClasses[u.class], Geometry: g,
				Attributes: map[string]any{"HJZHGKDYBM": code, "HJZHGKDYMC": name, "ZHGKDYFL": fmt.Sprint(u.class),
					"PROV": "重庆市", "AREA": "巫山县"}}
			if !yield(f) {
				return
			}
		}
	}
}

// farmlandFeatures gives the fields township by township.
func (c *County) farmlandFeatures(yield func(geodata.Feature) bool) {
	r := newRegion(c.mesh)
	lists, order := byClass(c.cells, func(k int) int8 {
		if c.farmland[k] {
			return c.township[k]
		}
		return none
	})
	for _, home := range order {
		t, _ := c.profile.Township(seats[home].code)
		serial := 0
		for _, part := range r.components(lists[home]) {
			code, class := "0103", "旱地"
			if c.paddy(part) {
				code, class = "0101", "水田"
			}
			for _, g := range r.split(part, c.scale) {
				serial++
				id := fmt.Sprintf("%s%06d", t.Code, serial)
				f := geodata.Feature{Code: id, Name: t.Name, Class: class, Geometry: g,
					Attributes: map[string]any{"YJJBNTTBBH": id, "XZQDM": t.Code + "000", "XZQMC": t.Name,
						"DLBM": code, "DLMC": class, "YJJBNTTBMJ": squareMetres(float64(Measure(g)))}}
				if !yield(f) {
					return
				}
			}
		}
	}
}

func (c *County) urbanFeatures(yield func(geodata.Feature) bool) {
	r := newRegion(c.mesh)
	serial := 0
	lists, order := byClass(c.cells, func(k int) int16 {
		if c.urban[k] == none {
			return none
		}
		return int16(c.township[k])*int16(len(urbanClasses)) + int16(c.urban[k])
	})
	for _, k := range order {
		t, _ := c.profile.Township(seats[int(k)/len(urbanClasses)].code)
		class := int(k) % len(urbanClasses)
		serial++
		id := fmt.Sprintf("%s32%010d", countyCode, serial)
		f := geodata.Feature{Code: id, Name: t.Name, Class: urbanClasses[class], Geometry: r.dissolve(lists[k]),
			Attributes: map[string]any{"BSM": id, "XZQDM": t.Code + "000", "XZQMC": t.Name,
				"GHFQMC": urbanClasses[class], "MJ": squareMetres(c.total(lists[k]))}}
		if !yield(f) {
			return
		}
	}
}

// projectFeatures gives the projects with a footprint, then the parcels that a
// larger scale adds to them.
func (c *County) projectFeatures(yield func(geodata.Feature) bool) {
	drawn := 0
	for _, p := range c.projects {
		if p.Footprint == nil {
			continue
		}
		drawn++
		if !yield(p.feature(fmt.Sprintf("XM%s%03d", countyCode, p.No))) {
			return
		}
	}
	for n := 1; n <= drawn*(c.scale-1); n++ {
		if !yield(c.sample(n).feature(fmt.Sprintf("XM%sS%05d", countyCode, n))) {
			return
		}
	}
}

func (p Project) feature(code string) geodata.Feature {
	f := geodata.Feature{Code: code, Name: p.Name, Class: p.Category, Geometry: p.Footprint, Attributes: p.Attributes()}
	f.Attributes["XMDM"] = code
	return f
}

// Attributes are the project's plan data as attribute fields; a project without a
// land figure has no YDMJ (用地面积, m²).
func (p Project) Attributes() map[string]any {
	a := map[string]any{"XMMC": p.Name, "工程": p.Programme, "XMLX": p.Category, "子类": p.Subcategory,
		"总投资万元": p.Investment, "建设年限": p.Years, "牵头单位": p.Lead}
	if p.No > 0 {
		a["序号"] = p.No
	}
	if p.Land > 0 {
		a["YDMJ"] = p.Land.Rounded()
	}
	return a
}
