-- How large are two versions, and what was gained and lost, noise included? Faces that
-- both have cancel by their digests, in the index alone; of the others the geometry is
-- fetched one by one ("offset 0": the planner cannot know how few they are), and they
-- are overlaid with each other only, because what is in both versions meets no other
-- face. The versions' sums read the index in its order, which is quicker than ordering
-- within the aggregate and as repeatable.
-- Arguments: @before, @after (versions). Uses fragment_plane_digest and fragment_plane.
with gone as materialized (
    select f.plane_digest, f.area_m2
    from fragment f
    where f.version_id = @before::bigint
      and not exists (select from fragment o where o.version_id = @after::bigint and o.plane_digest = f.plane_digest)
), come as materialized (
    select f.plane_digest, f.area_m2
    from fragment f
    where f.version_id = @after::bigint
      and not exists (select from fragment o where o.version_id = @before::bigint and o.plane_digest = f.plane_digest)
), met as materialized (
    select b.id as before, a.id as after,
           case when st_covers(b.plane, a.plane) then a.area_m2
                else st_area(st_intersection(b.plane, a.plane)) end as area_m2
    from gone g
    cross join lateral (
        select f.id, f.plane from fragment f
        where f.version_id = @before::bigint and f.plane_digest = g.plane_digest
        offset 0) as b
    cross join lateral (
        select f.id, f.plane, f.area_m2 from fragment f
        where f.version_id = @after::bigint and f.plane && b.plane
          and st_xmin(f.plane) < st_xmax(b.plane) and st_xmax(f.plane) > st_xmin(b.plane) -- not neighbours across a straight cut
          and st_ymin(f.plane) < st_ymax(b.plane) and st_ymax(f.plane) > st_ymin(b.plane)
          and (f.plane_digest in (select c.plane_digest from come c)) is true -- so that it is looked up, not joined
        offset 0) as a
), common as (
    select coalesce(sum(area_m2 order by before, after), 0) as area_m2 from met
)
select coalesce((select sum(area_m2) from (
           select area_m2 from fragment where version_id = @before::bigint order by plane_digest) as f), 0) as before_m2,
       coalesce((select sum(area_m2) from (
           select area_m2 from fragment where version_id = @after::bigint order by plane_digest) as f), 0) as after_m2,
       coalesce((select sum(area_m2 order by plane_digest) from come), 0) - common.area_m2 as gained_m2,
       coalesce((select sum(area_m2 order by plane_digest) from gone), 0) - common.area_m2 as lost_m2
from common
