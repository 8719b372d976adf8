-- Take a point of each county from one reference system to the next, on all the ways
-- that checks go.
-- Arguments: none. Reads the whole (small) county table.
select plane_to_grid(to_plane(to_grid(st_centroid(bounds), plane_srid), plane_srid), plane_srid)
from county
