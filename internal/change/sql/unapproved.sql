-- What of each piece does no approval of its kind cover? What remains is taken by
-- connected parts, because a border drawn twice leaves noise.
-- Arguments: @county, @version (that the approvals came with), @pieces, @plane,
-- @noise_m2, @noise_width. Uses approval_plane.
with remaining as (
    select p.id, case when a.plane is null then p.plane else st_difference(p.plane, a.plane) end as plane
    from piece p
    cross join lateral (
        select st_union(a.plane order by a.id) as plane
        from approval a
        where a.version_id = @version::bigint and a.county = @county and a.kind = p.kind
          and a.plane && p.plane and st_intersects(a.plane, p.plane)) as a
    where p.id = any(@pieces::integer[])
), measured as (
    select r.id, d.path, st_area(d.geom) as area_m2, st_perimeter(plane_to_grid(d.geom, @plane::integer)) as perimeter_m
    from remaining r, lateral st_dump(st_collectionextract(r.plane, 3)) as d
)
select id, sum(area_m2 order by path) as area_m2
from measured
where area_m2 >= @noise_m2 and 2 * area_m2 >= @noise_width * perimeter_m
group by id
order by id
