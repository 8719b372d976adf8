package doctor

import (
	"slices"
	"testing"
)

func TestMissingDrivers(t *testing.T) {
	const formats = "Supported Formats:\n  ESRI Shapefile -vector- (rw+v): ESRI Shapefile\n  GPKG -raster,vector- (rw+vs): GeoPackage\n" +
		"  GeoJSON -vector- (rw+v): GeoJSON\n  DXF -vector- (rw+v): AutoCAD DXF\n"
	if got := missingDrivers(formats + "  OpenFileGDB -vector- (rov): ESRI FileGDB\n"); !slices.Equal(got, []string{"OpenFileGDB"}) {
		t.Errorf("a driver that only reads: %v", got)
	}
	if got := missingDrivers(formats + "  OpenFileGDB -vector- (rw+v): ESRI FileGDB\n"); len(got) > 0 {
		t.Errorf("all are there: %v", got)
	}
	if got := missingDrivers(""); len(got) != 5 {
		t.Errorf("none is there: %v", got)
	}
}
