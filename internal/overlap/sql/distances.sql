-- How far is the nearest feature of each version from the site, in metres of the
-- Gauss-Krüger plane? The nearest face in the measuring plane gives a bound; every
-- face that could be nearer in the other plane is then measured there.
-- Arguments: @versions, @site, @plane, @stretch (how much longer than in the
-- Gauss-Krüger plane a distance can be in the measuring plane). Uses fragment_plane.
select v.id as version_id, n.distance_m
from unnest(@versions::bigint[]) as v(id)
cross join lateral (
    select f.plane from fragment f where f.version_id = v.id order by f.plane <-> @site::geometry limit 1) as first
cross join lateral (select plane_to_grid(@site::geometry, @plane::integer) as site) as g
cross join lateral (select st_distance(plane_to_grid(first.plane, @plane::integer), g.site) as bound) as b
cross join lateral (
    select min(st_distance(plane_to_grid(f.plane, @plane::integer), g.site)) as distance_m
    from fragment f
    where f.version_id = v.id and st_dwithin(f.plane, @site::geometry, b.bound * @stretch + 0.001)) as n
