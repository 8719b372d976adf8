-- How much of the site lies outside every township? Taken on the geometry, not as
-- a difference of sums, so that the two can be compared.
-- Arguments: @township (version), @site. Uses fragment_plane.
select coalesce(st_area(st_difference(@site::geometry, st_union(f.plane order by f.id))), st_area(@site::geometry)) as outside_m2
from fragment f
where f.version_id = @township and f.plane && @site::geometry and st_intersects(@site::geometry, f.plane)
