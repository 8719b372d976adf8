-- What of each face is not covered by the other version? Kind 3 (lost) of the older
-- version's faces, 1 (gained) of the newer one's. A face whose shared parts add up to
-- it within @crumb (m²) has none: what is left comes from the last bit of a coordinate.
-- Arguments: @crumb. Uses the index on face.
create temporary table part on commit drop as
with covered as (
    select 3 as kind, before as id, sum(area_m2) as area_m2 from shared group by before
    union all
    select 1, after, sum(area_m2) from shared group by after
), remaining as materialized (
    select f.kind, f.id, f.features,
           case when c.id is null then f.plane
                else st_difference(f.plane, (
                    select st_union(o.plane order by o.id) from face o
                    where o.kind = 4 - f.kind and o.plane && f.plane and st_intersects(o.plane, f.plane))) end as plane
    from face f
    left join covered c on c.kind = f.kind and c.id = f.id
    where f.area_m2 - coalesce(c.area_m2, 0) > @crumb
)
select row_number() over (order by r.kind, r.id, d.path) as id, r.kind, r.id as face, r.features,
       d.geom as plane, st_area(d.geom) as area_m2, 0 as piece, '' as class_from, '' as class_to
from remaining r, lateral st_dump(st_collectionextract(r.plane, 3)) as d
where st_area(d.geom) > 0
