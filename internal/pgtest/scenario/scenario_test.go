package scenario

import (
	"math"
	"testing"

	"github.com/paulmach/orb"

	"hongxian/internal/pgtest/surveyrule"
)

func TestParse(t *testing.T) {
	statements, err := Parse("# ┌─┐ drawing\ngrid 1 2 3 # remark\n\nlayer a@1\n  F1 BOX(0 0, 1 1)\n\n\tF2 POINT(1 1)\ncheck 名称 二\n")
	if err != nil || len(statements) != 3 {
		t.Fatalf("%+v, %v", statements, err)
	}
	grid, layer, check := statements[0], statements[1], statements[2]
	if grid.Line != 2 || grid.Verb != "grid" || grid.Argument != "1 2 3" {
		t.Errorf("%+v", grid)
	}
	if len(layer.Body) != 2 || layer.Body[1] != (Line{7, "F2 POINT(1 1)"}) {
		t.Errorf("%+v", layer)
	}
	if check.Argument != "名称 二" {
		t.Errorf("%+v", check)
	}
	if _, err := Parse("  F1 BOX(0 0, 1 1)\n"); err == nil {
		t.Error("a body without a statement passes")
	}
}

func TestShapesLieOnTheGrid(t *testing.T) {
	grid := Grid{Origin: orb.Point{400_000, 3_440_000}, Unit: 1000}
	box, err := grid.Shape("BOX(0.5 1, 2 3)")
	if err != nil || !orb.Equal(box, orb.Bound{Min: orb.Point{400_500, 3_441_000}, Max: orb.Point{402_000, 3_443_000}}.ToPolygon()) {
		t.Errorf("%v, %v", box, err)
	}
	line, err := grid.Shape("LINESTRING(0 0,1 1)")
	if err != nil || !orb.Equal(line, orb.LineString{{400_000, 3_440_000}, {401_000, 3_441_000}}) {
		t.Errorf("%v, %v", line, err)
	}
	for _, bad := range []string{"BOX(1 0, 0 1)", "BOX(1 0, 2)", "POLYGON((0 0", "GEOMETRYCOLLECTION(POINT(0 0))", ""} {
		if g, err := grid.Shape(bad); err == nil {
			t.Errorf("%q passes as %v", bad, g)
		}
	}
}

func TestAreasAddUp(t *testing.T) {
	grid := Grid{Origin: orb.Point{400_000, 3_440_000}, Unit: 1000}
	whole, err := grid.Area("BOX(0 0, 2 1)")
	if err != nil || math.Abs(whole-surveyrule.Area(orb.MultiPolygon{{{{400_000, 3_440_000}, {402_000, 3_440_000}, {402_000, 3_441_000}, {400_000, 3_441_000}, {400_000, 3_440_000}}}})) > 1e-6 {
		t.Fatalf("%f, %v", whole, err)
	}
	sum, err := grid.Area("BOX(0 0, 1.5 1) + BOX(0.5 0, 2 1) - BOX(0.5 0, 1.5 1) + 12.5")
	if err != nil || math.Abs(sum-whole-12.5) > 1e-3 {
		t.Errorf("%f, want %f: %v", sum, whole+12.5, err)
	}
	for _, bad := range []string{"", "1 2", "POINT(0 0)", "BOX(0 0, 1 1) +"} {
		if got, err := grid.Area(bad); err == nil {
			t.Errorf("%q passes as %f", bad, got)
		}
	}
}
