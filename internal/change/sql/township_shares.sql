-- How much of a version lies in each township, where publishing did not work it out
-- for this version of the townships? Township 0 is outside all of them, -1
-- what townships that overlap count more than once.
-- Arguments: @county, @version, @township (version). Uses fragment_plane.
with divided as materialized (
    select f.id, t.id as face, t.features,
           case when st_covers(t.plane, f.plane) then f.area_m2
                else st_area(st_intersection(t.plane, f.plane)) end as area_m2
    from fragment f
    join fragment t on t.version_id = @township::bigint and t.plane && f.plane and st_intersects(t.plane, f.plane)
    where f.county = @county and f.version_id = @version::bigint
), inside as (
    select id, sum(area_m2 order by face) as area_m2 from divided group by id
)
select township, sum(area_m2 order by id, face) as area_m2
from (
    select u.township, d.area_m2, d.id, d.face from divided d, lateral unnest(d.features) as u(township)
    union all
    select -1, (cardinality(d.features) - 1) * d.area_m2, d.id, d.face from divided d where cardinality(d.features) > 1
    union all
    select 0, f.area_m2 - coalesce(i.area_m2, 0), f.id, 0
    from fragment f left join inside i on i.id = f.id
    where f.county = @county and f.version_id = @version::bigint) as cell
group by township
order by township
