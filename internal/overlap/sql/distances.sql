-- How far is the nearest feature of each version from the site, in metres of the
-- Gauss-Krüger plane? The nearest face in the measuring plane gives a bound; every
-- other face that could be nearer in the other plane is then measured there.
-- Arguments: @versions, @site, @plane, @stretch (how much longer than in the
-- Gauss-Krüger plane a distance can be in the measuring plane). Uses fragment_plane.
with site as materialized (
    select plane_to_grid(@site::geometry, @plane::integer) as grid
), bound as materialized (
    select v.id, nearest.id as face, st_distance(plane_to_grid(nearest.plane, @plane::integer), site.grid) as metres
    from site
    cross join unnest(@versions::bigint[]) as v(id)
    cross join lateral (
        select f.id, f.plane from fragment f where f.version_id = v.id order by f.plane <-> @site::geometry limit 1) as nearest
)
select b.id as version_id,
       least(b.metres, (
           select min(st_distance(plane_to_grid(f.plane, @plane::integer), site.grid))
           from fragment f
           where f.version_id = b.id and f.id <> b.face
             and f.plane && st_expand(@site::geometry, b.metres * @stretch + 0.001)
             and st_dwithin(f.plane, @site::geometry, b.metres * @stretch + 0.001))) as distance_m
from bound b, site
