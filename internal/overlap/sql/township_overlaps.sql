-- How does each layer's overlap divide among the townships?
-- Arguments: @versions, @township (version), @site. Uses fragment_plane.
with town as materialized (
    select f.id, f.features, st_intersection(f.plane, @site::geometry) as piece
    from fragment f
    where f.version_id = @township and f.plane && @site::geometry and st_intersects(@site::geometry, f.plane)
)
select v.id as version_id, u.feature as township,
       sum(st_area(st_intersection(f.plane, t.piece)) order by t.id, f.id) as area_m2
from unnest(@versions::bigint[]) as v(id)
cross join town t
cross join lateral (
    select g.id, g.plane
    from fragment g
    where g.version_id = v.id and g.plane && t.piece and st_intersects(t.piece, g.plane)) as f
cross join lateral unnest(t.features) as u(feature)
group by v.id, u.feature
order by v.id, u.feature
