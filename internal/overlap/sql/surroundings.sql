-- What lies around the site, as far as its box widened by @reach (metres)? Cut to
-- that box, in the county's Gauss-Krüger plane, faces joined again; vertices
-- nearer than @detail metres to a straight line are left out, because a map at
-- that scale cannot show them. For pictures only, never for figures.
-- Arguments: @county, @versions, @site, @plane, @reach, @detail. Uses fragment_plane.
with box as materialized (select st_expand(@site::geometry, @reach) as box), cut as materialized (
    select v.id as version_id, f.id, f.features, st_clipbybox2d(f.plane, box.box) as piece
    from box
    cross join unnest(@versions::bigint[]) as v(id)
    cross join lateral (
        select g.id, g.features, g.plane
        from fragment g
        where g.version_id = v.id and g.plane && box.box) as f
), joined as (
    select c.version_id, u.feature, st_unaryunion(st_collect(c.piece order by c.id), 1e-3) as shape
    from cut c, lateral unnest(c.features) as u(feature)
    where not st_isempty(c.piece)
    group by c.version_id, u.feature
)
select j.version_id, n.code, n.name, n.class,
       st_multi(st_collectionextract(plane_to_grid(st_simplifypreservetopology(j.shape, @detail), @plane::integer), 3)) as shape
from joined j
join feature n on n.county = @county and n.version_id = j.version_id and n.id = j.feature
where not st_isempty(st_collectionextract(j.shape, 3))
order by j.version_id, j.feature
