-- Within which longitudes and latitudes (EPSG:4490, degrees) does a version lie?
-- Arguments: @county, @version (version.id). One row; nulls for a version without features.
-- Index: the primary key of feature (county, version_id, id).
select st_xmin(e), st_ymin(e), st_xmax(e), st_ymax(e)
from (select st_extent(geom) from feature where county = @county and version_id = @version) as x (e)
