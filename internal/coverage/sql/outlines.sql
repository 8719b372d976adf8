-- What do the layers look like around a place? Features cut to its box, in the
-- county's Gauss-Krüger plane; vertices nearer than @detail metres to a straight
-- line are left out, because a map cannot show them. For pictures only, never for
-- figures.
-- Arguments: @county, @versions, @box (in @plane), @plane, @detail. Uses feature's primary key.
with box as materialized (select st_envelope(to_plane(@box::geometry, @plane::integer)) as plane)
select f.version_id, f.code, f.name, f.class,
       st_multi(st_collectionextract(plane_to_grid(st_clipbybox2d(
           st_simplifypreservetopology(f.plane, @detail), box.plane), @plane::integer), 3)) as shape
from box
join feature f on f.county = @county and f.version_id = any(@versions::bigint[]) and f.plane && box.plane
order by f.version_id, f.id
