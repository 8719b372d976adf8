-- How do the pieces divide among the townships? Township 0 is outside all of them,
-- -1 what townships that overlap count more than once.
-- Arguments: @township (version). Uses fragment_plane.
with divided as materialized (
    select q.id, q.piece, q.kind, t.id as face, t.features,
           case when st_covers(t.plane, q.plane) then q.area_m2
                else st_area(st_intersection(t.plane, q.plane)) end as area_m2
    from part q
    join fragment t on t.version_id = @township::bigint and t.plane && q.plane and st_intersects(t.plane, q.plane)
), inside as (
    select id, sum(area_m2 order by face) as area_m2 from divided group by id
)
select piece, kind, township, sum(area_m2 order by id, face) as area_m2
from (
    select d.piece, d.kind, u.township, d.area_m2, d.id, d.face from divided d, lateral unnest(d.features) as u(township)
    union all
    select d.piece, d.kind, -1, (cardinality(d.features) - 1) * d.area_m2, d.id, d.face from divided d
    where cardinality(d.features) > 1
    union all
    select q.piece, q.kind, 0, q.area_m2 - coalesce(i.area_m2, 0), q.id, 0
    from part q left join inside i on i.id = q.id) as cell
group by piece, kind, township
order by piece, kind, township
