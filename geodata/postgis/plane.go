package postgis

// PlaneSRID is the measuring plane (面积量算平面) of every county: the ellipsoidal
// cylindrical equal-area projection in which planar area is official area.
const PlaneSRID = 990001

// planeProj4 and planeText define the plane to PROJ, planeText for PostGIS and
// desktop programs, which read it first. Both were written by the same PROJ.
const (
	planeProj4 = "+proj=cea +lat_ts=31 +lon_0=111 +ellps=GRS80 +units=m +no_defs"
	planeText  = `PROJCS["hongxian measuring plane (equal area)",` +
		`GEOGCS["unknown",DATUM["Unknown based on GRS80 ellipsoid",` +
		`SPHEROID["GRS 1980",6378137,298.257222101,AUTHORITY["EPSG","7019"]]],` +
		`PRIMEM["Greenwich",0,AUTHORITY["EPSG","8901"]],` +
		`UNIT["degree",0.0174532925199433,AUTHORITY["EPSG","9122"]]],` +
		`PROJECTION["Cylindrical_Equal_Area"],PARAMETER["standard_parallel_1",31],` +
		`PARAMETER["central_meridian",111],PARAMETER["false_easting",0],PARAMETER["false_northing",0],` +
		`UNIT["metre",1,AUTHORITY["EPSG","9001"]],AXIS["Easting",EAST],AXIS["Northing",NORTH]]`
)
