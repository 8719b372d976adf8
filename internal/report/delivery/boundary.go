package delivery

import (
	"fmt"
	"io"

	"github.com/paulmach/orb"

	"hongxian/geodata"
	"hongxian/internal/overlap"
	"hongxian/internal/report/pieces"
)

// mostParcels is how many records a boundary-point TXT may have: it is put
// together in memory.
const mostParcels = 50_000

// writeBoundary writes the records as boundary-point coordinates. The format has no
// attributes but number, name and use; a ring that vanishes to its millimetre is
// refused, not left out.
func writeBoundary(w io.Writer, v Version) error {
	if v.Features > mostParcels {
		return &geodata.Error{Kind: geodata.TooLarge, Code: "too-many-parcels",
			ZH: fmt.Sprintf("该版本有 %d 个图斑，界址点 TXT 最多 %d 个；请导出为 gpkg 或 shp。", v.Features, mostParcels),
			EN: fmt.Sprintf("The version has %d features; boundary-point TXT takes %d. Export gpkg or shp.", v.Features, mostParcels)}
	}
	set := pieces.Set{SRID: v.SRID, CheckedAt: v.made(), Schematic: v.Schematic}
	for record, err := range v.Records {
		if err != nil {
			return err
		}
		shape, ok := record.Geometry.Geometry.(orb.MultiPolygon)
		if polygon, single := record.Geometry.Geometry.(orb.Polygon); single {
			shape, ok = orb.MultiPolygon{polygon}, true
		}
		if !ok {
			return fmt.Errorf("record %d of %s is a %T", record.Record, v.Ref(), record.Geometry.Geometry)
		}
		set.Pieces = append(set.Pieces, overlap.Piece{Layer: v.Layer, Code: record.Code, Name: record.Name, Class: record.Class, Area: record.Area, Geometry: shape})
	}
	lost, err := pieces.TXT(w, set, pieces.TXTOptions{})
	if err == nil && lost > 0 {
		err = &geodata.Error{Kind: geodata.Refused, Code: "txt-ring-vanishes",
			ZH: fmt.Sprintf("有 %d 个环取到毫米后不成面，界址点 TXT 无法表示；请导出为 gpkg 或 shp。", lost),
			EN: fmt.Sprintf("%d rings vanish to the millimetre and cannot be boundary points; export gpkg or shp.", lost)}
	}
	return err
}
