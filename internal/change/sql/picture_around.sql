-- What does a version look like on a map @dots wide that shows all of it? For
-- pictures only, never for figures.
-- Arguments: @county, @version, @dots, @plane (SRID it is wanted in, metres or degrees).
-- Uses feature's primary key.
with reach as (
    select greatest(st_xmax(b.box) - st_xmin(b.box), st_ymax(b.box) - st_ymin(b.box)) / @dots::double precision as detail
    from (select st_extent(plane) as box from feature where county = @county and version_id = @version) as b
)
select f.record, f.code, f.name, f.class,
       st_multi(st_collectionextract(plane_to_grid(st_simplifypreservetopology(f.plane, r.detail), @plane::integer), 3)) as shape
from feature f, reach r
where f.county = @county and f.version_id = @version
order by f.id
