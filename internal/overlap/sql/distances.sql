-- How far is the nearest feature of each version from the site, in metres of the
-- Gauss-Krüger plane?
-- Arguments: @versions, @site (measuring plane), @plane (SRID of the Gauss-Krüger
-- plane). Uses fragment_grid_place, which gives the nearest face first.
with site as materialized (
    select plane_to_grid(@site::geometry, @plane::integer) as grid
)
select v.id as version_id, n.distance_m
from site
cross join unnest(@versions::bigint[]) as v(id)
cross join lateral (
    select g.grid <-> site.grid as distance_m
    from fragment_grid g
    where g.version_id = v.id
    order by g.grid <-> site.grid
    limit 1) as n
