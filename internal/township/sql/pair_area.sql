-- How large is what two versions have in common, not divided among townships? Faces
-- that are whole in one township are as the division took them; those that were
-- cut are met whole here, so that the two ways can be compared.
-- Arguments: @county, @version (divided), @other. Uses fragment_plane.
with cut as materialized (
    select distinct fragment from part where plane is not null
), mine as (
    select f.id, f.plane, f.area_m2 from cut c
    join fragment f on f.county = @county and f.version_id = @version and f.id = c.fragment
    union all
    select f.id, f.plane, f.area_m2 from part p
    join fragment f on f.county = @county and f.version_id = @version and f.id = p.fragment
    where p.plane is null
), met as materialized (
    select m.id, o.id as other,
           case when st_covers(o.plane, m.plane) then m.area_m2 else st_area(st_intersection(m.plane, o.plane)) end as area_m2
    from mine m
    cross join lateral (
        select g.id, g.plane
        from fragment g
        where g.version_id = @other and g.plane && m.plane and st_intersects(m.plane, g.plane)) as o
)
select coalesce(sum(area_m2 order by id, other), 0) from met
