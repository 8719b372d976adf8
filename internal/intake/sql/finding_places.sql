-- Where are places of a delivery, as longitude and latitude (EPSG:4490)? Null for
-- one beyond a degree around the county: coordinates that belong to another
-- reference system often cannot be projected.
-- Arguments: @county, @srid (of the delivery), @x, @y (arrays of one length).
-- Uses county's primary key.
select st_x(placed.at), st_y(placed.at)
from unnest(@x::double precision[], @y::double precision[]) with ordinality as place (x, y, number)
left join lateral (
    select to_lonlat(st_setsrid(st_point(place.x, place.y), @srid::integer)) as at
    from county
    where code = @county
      and st_intersects(to_grid(st_expand(bounds, 1), @srid::integer), st_setsrid(st_point(place.x, place.y), @srid::integer))
) as placed on true
order by place.number
