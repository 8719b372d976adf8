-- Which holes lie between townships? A hole is a ring within their union, with the
-- place of a point in it, longitude and latitude. The largest first.
-- Arguments: @county, @townships (version), @least (m²). Uses feature's primary key.
with whole as (
    select st_union(plane order by id) as plane from feature where county = @county and version_id = @townships
), hole as materialized (
    select st_makepolygon(st_exteriorring(r.geom)) as plane
    from whole w
    cross join lateral st_dump(w.plane) as d
    cross join lateral st_dumprings(d.geom) as r
    where r.path[1] > 0
)
select st_area(plane), st_x(p.at), st_y(p.at)
from hole
cross join lateral (select st_transform(st_pointonsurface(plane), 4490) as at) as p
where st_area(plane) > @least
order by st_area(plane) desc, st_x(p.at)
limit 5
