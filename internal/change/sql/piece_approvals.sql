-- Which approvals of its kind cover a piece, and how much of it each?
-- Arguments: @county, @version (that the approvals came with), @pieces.
-- Uses approval_plane.
select p.id, a.number, min(a.day) as day,
       st_area(st_intersection(p.plane, st_union(a.plane order by a.id))) as area_m2
from piece p
join approval a on a.version_id = @version::bigint and a.county = @county and a.kind = p.kind
                and a.plane && p.plane and st_intersects(a.plane, p.plane)
where p.id = any(@pieces::integer[])
group by p.id, p.plane, a.number
order by p.id, area_m2 desc, a.number
