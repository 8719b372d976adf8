package schematic

import (
	"fmt"
	"slices"

	"hongxian/geodata"
)

// patch is a feature of a red line: connected cells of one type.
type patch struct {
	code  string
	class int8
	cells []int
}

// patches lists a version's features. Codes are stable: a patch of 2018 bears the
// code of the patch of 2022 it shares most ground with, one bearer for each code,
// and a code of its own when it shares none.
func (c *County) patches(class []int8) []patch {
	now := c.connected(c.red)
	for i := range now {
		now[i].code = redLineCode(i + 1)
	}
	if &class[0] == &c.red[0] {
		return now
	}
	then := c.connected(class)
	bearer := make([]int, len(c.site)) // by cell: number of the patch of 2022, from 1
	for i, p := range now {
		for _, k := range p.cells {
			bearer[k] = i + 1
		}
	}
	for _, o := range overlaps(then, bearer) {
		if then[o.then].code == "" && !o.taken(now) {
			then[o.then].code = now[o.now].code
			now[o.now].code = ""
		}
	}
	serial := len(now)
	for i := range then {
		if then[i].code == "" {
			serial++
			then[i].code = redLineCode(serial)
		}
	}
	return then
}

func redLineCode(serial int) string { return fmt.Sprintf("%s310%09d", countyCode, serial) }

// shared is how many cells a patch of 2018 has in common with one of 2022.
type shared struct{ then, now, cells int }

// taken reports whether the code has found its bearer.
func (s shared) taken(now []patch) bool { return now[s.now].code == "" }

// overlaps lists what the patches share, most first.
func overlaps(then []patch, bearer []int) (list []shared) {
	for i, p := range then {
		count := map[int]int{}
		for _, k := range p.cells {
			if bearer[k] > 0 {
				count[bearer[k]-1]++
			}
		}
		for now, cells := range count {
			list = append(list, shared{then: i, now: now, cells: cells})
		}
	}
	slices.SortFunc(list, func(a, b shared) int {
		if a.cells != b.cells {
			return b.cells - a.cells
		}
		if a.then != b.then {
			return a.then - b.then
		}
		return a.now - b.now
	})
	return list
}

// connected splits each type into connected patches, by type and first cell.
func (c *County) connected(class []int8) (patches []patch) {
	r := newRegion(c.mesh)
	lists, order := byClass(c.cells, func(k int) int8 { return class[k] })
	for _, t := range order {
		for _, part := range r.components(lists[t]) {
			patches = append(patches, patch{class: t, cells: part})
		}
	}
	return patches
}

// redLineFeatures streams the features of a version of the red line.
func (c *County) redLineFeatures(class []int8) source {
	return func(yield func(geodata.Feature) bool) {
		r := newRegion(c.mesh)
		for _, p := range c.patches(class) {
			t, _ := c.profile.Township(seats[c.township[p.cells[0]]].code)
			name := redLineTypes[p.class]
			f := geodata.Feature{Code: p.code, Name: "巫山县" + name + "（" + t.Name + "）", Class: name, Geometry: r.dissolve(p.cells),
				Attributes: map[string]any{"BSM": p.code, "XJXZQHDM": countyCode, "MC": "巫山县" + name + "（" + t.Name + "）", "LXMC": name,
					"QYMJ": squareMetres(c.total(p.cells)/1e6*1e4) / 1e4}}
			if !yield(f) {
				return
			}
		}
	}
}

// Approvals gives the ground of the approved changes in the shape of the yearly
// maintenance exchange (维护层 WHCX): WHLX 1 调入, 2 属性变更, 3 调出, with the
// schematic approval's number and day. It is what `import --approvals` reads.
func (c *County) Approvals() geodata.Delivery {
	return c.stream("示意数据 STBHHXWHCX", func(yield func(geodata.Feature) bool) {
		r := newRegion(c.mesh)
		for i, ch := range c.changes {
			if ch.approval == "" {
				continue
			}
			t, _ := c.profile.Township(ch.township)
			id := fmt.Sprintf("%s319%09d", countyCode, i+1)
			f := geodata.Feature{Code: id, Name: t.Name, Class: fmt.Sprint(int(ch.kind)), Geometry: r.dissolve(ch.cells),
				Attributes: map[string]any{"BSM": id, "XZQDM": ch.township + "000", "XZQMC": t.Name, "WHLX": fmt.Sprint(int(ch.kind)),
					"批准文号": ch.approval, "批准日期": approvalDays[ch.approval], "MJ": squareMetres(c.total(ch.cells))}}
			if !yield(f) {
				return
			}
		}
	})
}

// approvalDays are the invented days of the schematic approvals.
var approvalDays = map[string]string{
	"示意〔2020〕第3号": "2020-09-15",
	"示意〔2021〕第7号": "2021-12-20",
	"示意〔2022〕第1号": "2022-03-10",
	"示意〔2022〕第2号": "2022-08-25",
}
