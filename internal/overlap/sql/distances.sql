-- How far is the nearest feature of each version from a site, in metres of the
-- Gauss-Krüger plane?
-- Arguments: @sites (Gauss-Krüger plane), @at (sites, counted from 1) and @versions
-- (parallel arrays of what is asked). Uses fragment_grid_place, which gives the
-- nearest face first.
with site as materialized (
    select n, grid from unnest(@sites::geometry[]) with ordinality as s(grid, n)
)
select s.n as site, v.id as version_id, f.distance_m
from unnest(@at::integer[], @versions::bigint[]) as v(n, id)
join site s on s.n = v.n
cross join lateral (
    select g.grid <-> s.grid as distance_m
    from fragment_grid g
    where g.version_id = v.id
    order by g.grid <-> s.grid
    limit 1) as f
