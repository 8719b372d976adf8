-- Where on the ellipsoid do typed coordinates lie, each in its own system?
-- Arguments: @x, @y, @srids (parallel arrays, east first). Reads no table but spatial_ref_sys.
select st_x(p), st_y(p)
from unnest(@x::double precision[], @y::double precision[], @srids::integer[]) with ordinality as t(x, y, srid, nth)
cross join lateral to_lonlat(st_setsrid(st_makepoint(t.x, t.y), t.srid)) as p
order by t.nth
