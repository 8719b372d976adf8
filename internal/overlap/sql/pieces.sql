-- What geometry does the site have in common with each feature? In the county's
-- Gauss-Krüger plane, faces joined again.
-- Arguments: @versions, @site, @plane. Uses fragment_plane.
select v.id as version_id, u.feature,
       st_multi(st_collectionextract(plane_to_grid(
           st_unaryunion(st_collect(st_intersection(f.plane, @site::geometry) order by f.id), 1e-6), @plane::integer), 3)) as piece
from unnest(@versions::bigint[]) as v(id)
cross join lateral (
    select g.id, g.features, g.plane
    from fragment g
    where g.version_id = v.id and g.plane && @site::geometry and st_intersects(@site::geometry, g.plane)) as f
cross join lateral unnest(f.features) as u(feature)
group by v.id, u.feature
order by v.id, u.feature
