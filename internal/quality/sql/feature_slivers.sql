-- Which parts of features are slivers: below an area, or below a mean width 2A/P?
-- The measuring plane tells the few that could be thin; their width is taken in the
-- county's Gauss-Krüger plane.
-- Arguments: @county, @version, @plane (SRID), @area (m²), @width (m). Reads the
-- version's features.
insert into place (kind, features, geom, area_m2, width_m, hairline)
select 'sliver', array[f.id], st_multi(part.geom), st_area(part.plane), part.width, false
from feature f
cross join lateral st_dump(f.geom) as g
cross join lateral (
    select g.geom, to_plane(g.geom, @plane::integer) as plane, to_grid(g.geom, @plane::integer) as grid
    where st_numgeometries(f.geom) > 1 or f.area_m2 < @area::float8 or 2 * f.area_m2 < 4 * @width::float8 * st_perimeter(f.plane)
    offset 0) as shape
cross join lateral (
    select shape.geom, shape.plane, coalesce(2 * st_area(shape.grid) / nullif(st_perimeter(shape.grid), 0), 0) as width) as part
where f.county = @county and f.version_id = @version
  and (st_area(part.plane) < @area::float8 or part.width < @width::float8)
order by f.id
