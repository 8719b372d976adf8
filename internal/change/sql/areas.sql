-- How large are two versions, and what was gained and lost, noise included? Faces that
-- both have cancel by their digests, in the index alone; only the others are fetched
-- and overlaid.
-- Arguments: @before, @after (versions). Uses fragment_plane_digest and fragment_plane.
with gone as materialized (
    select f.plane_digest
    from fragment f
    where f.version_id = @before::bigint
      and not exists (select from fragment o where o.version_id = @after::bigint and o.plane_digest = f.plane_digest)
), come as materialized (
    select f.plane_digest
    from fragment f
    where f.version_id = @after::bigint
      and not exists (select from fragment o where o.version_id = @before::bigint and o.plane_digest = f.plane_digest)
), old as materialized (
    select f.id, f.plane, f.area_m2
    from gone g join fragment f on f.version_id = @before::bigint and f.plane_digest = g.plane_digest
), new as materialized (
    select f.id, f.area_m2
    from come c join fragment f on f.version_id = @after::bigint and f.plane_digest = c.plane_digest
), met as materialized (
    select o.id as old, a.id as new, st_area(st_intersection(o.plane, a.plane)) as area_m2
    from old o
    cross join lateral (
        select f.id, f.plane from fragment f
        where f.version_id = @after::bigint and f.plane && o.plane and st_intersects(f.plane, o.plane)) as a
), common as (
    select coalesce(sum(area_m2 order by old, new), 0) as area_m2 from met where new in (select id from new)
), whole as (
    select version_id, sum(area_m2 order by plane_digest) as area_m2
    from fragment
    where version_id in (@before::bigint, @after::bigint)
    group by version_id
)
select coalesce((select area_m2 from whole where version_id = @before::bigint), 0) as before_m2,
       coalesce((select area_m2 from whole where version_id = @after::bigint), 0) as after_m2,
       coalesce((select sum(area_m2 order by id) from new), 0) - common.area_m2 as gained_m2,
       coalesce((select sum(area_m2 order by id) from old), 0) - common.area_m2 as lost_m2
from common
