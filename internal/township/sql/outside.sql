-- What of the faces lies outside every township? Taken on the geometry, not as a
-- difference of sums, so that the two can be compared.
-- Arguments: @county, @version, @townships (version), @noise (m², what a face may
-- lack by rounding). Uses fragment_plane.
insert into part (fragment, towns, plane, area_m2)
with covered as (
    select fragment, sum(area_m2) as area_m2 from part group by fragment
), rest as materialized (
    select f.id, coalesce(st_difference(f.plane, (
               select st_union(g.plane order by g.id)
               from fragment g
               where g.version_id = @townships and g.plane && f.plane and st_intersects(g.plane, f.plane))), f.plane) as plane
    from fragment f
    left join covered c on c.fragment = f.id
    where f.county = @county and f.version_id = @version and f.area_m2 - coalesce(c.area_m2, 0) > @noise
)
select id, '{}', st_collectionextract(plane, 3), st_area(plane) from rest
