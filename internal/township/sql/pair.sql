-- Keep what the version that was just divided has in common with another, by
-- townships and both versions' classes.
-- Arguments: @county, @version, @other (version), @division. Uses fragment_plane.
insert into township_part (county, division_id, id, towns, classes, others, features, area_m2)
with mine as (
    select p.towns, p.area_m2, f.id, f.features, coalesce(p.plane, f.plane) as plane
    from part p
    join fragment f on f.county = @county and f.version_id = @version and f.id = p.fragment
), met as materialized (
    select m.towns, m.id, m.features, o.id as other, o.features as others,
           case when st_covers(o.plane, m.plane) then m.area_m2 else st_area(st_intersection(m.plane, o.plane)) end as area_m2
    from mine m
    cross join lateral (
        select g.id, g.features, g.plane
        from fragment g
        where g.version_id = @other and g.plane && m.plane and st_intersects(m.plane, g.plane)) as o
), named as (
    select m.*,
           (select array_agg(distinct y.class order by y.class) from feature y
            where y.county = @county and y.version_id = @version and y.id = any(m.features)) as my_classes,
           (select array_agg(distinct y.class order by y.class) from feature y
            where y.county = @county and y.version_id = @other and y.id = any(m.others)) as other_classes
    from met m
    where m.area_m2 > 0
), summed as (
    select towns, my_classes, other_classes, sum(area_m2 order by id, other, area_m2) as area_m2
    from named
    group by towns, my_classes, other_classes
)
select @county, @division::bigint, row_number() over (order by towns, my_classes, other_classes),
       towns, my_classes, other_classes, '{}', area_m2
from summed
