-- Which features lie at a place, and what else is known of them? Faces are asked, as
-- checks do, so that both say the same on a border.
-- Arguments: @county, @versions (ids of published versions), @place (a point,
-- EPSG:4490), @plane_srid. Uses fragment_plane, feature's primary key.
with spot as materialized (
    select to_plane(@place::geometry, @plane_srid::integer) as plane
)
select v.id, f.code, f.name, f.class, f.area_m2,
       st_xmin(f.geom), st_ymin(f.geom), st_xmax(f.geom), st_ymax(f.geom)
from spot
cross join unnest(@versions::bigint[]) with ordinality as v(id, nth)
cross join lateral (
    select distinct unnest(g.features) as id
    from fragment g
    where g.version_id = v.id and g.county = @county and st_intersects(g.plane, spot.plane)
) as hit
join feature f on f.county = @county and f.version_id = v.id and f.id = hit.id
order by v.nth, f.id
