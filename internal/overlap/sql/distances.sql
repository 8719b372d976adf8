-- How far is the nearest feature of each version from the site, in metres of the
-- Gauss-Krüger plane? The face nearest in the measuring plane is measured there;
-- so is every other that could be nearer, because the planes stretch lengths
-- differently: mostly some of the six nearest, else all that lie near enough.
-- Arguments: @versions, @site, @plane, @stretch (how much longer than in the
-- Gauss-Krüger plane a distance can be in the measuring plane). Uses fragment_plane.
with site as materialized (
    select plane_to_grid(@site::geometry, @plane::integer) as grid
), near as materialized (
    select v.id, n.away, n.turn, n.plane
    from unnest(@versions::bigint[]) as v(id)
    cross join lateral (
        select f.plane, f.away, row_number() over () as turn
        from (select g.plane, g.plane <-> @site::geometry as away from fragment g
              where g.version_id = v.id
              order by g.plane <-> @site::geometry
              limit 6) as f) as n
), first as materialized (
    select n.id, st_distance(plane_to_grid(n.plane, @plane::integer), site.grid) as metres,
           (select s.away from near s where s.id = n.id and s.turn = 6) as last
    from near n, site
    where n.turn = 1
)
select f.id as version_id,
       case when f.metres = 0 then 0
            when f.last is null or f.last > f.metres * @stretch
            then least(f.metres, (select min(st_distance(plane_to_grid(n.plane, @plane::integer), site.grid))
                                  from near n
                                  where n.id = f.id and n.turn > 1 and n.away <= f.metres * @stretch))
            else (select min(st_distance(plane_to_grid(g.plane, @plane::integer), site.grid))
                  from fragment g
                  where g.version_id = f.id and st_dwithin(g.plane, @site::geometry, f.metres * @stretch + 0.001))
       end as distance_m
from first f, site
