-- Which connected pieces do the parts make? Faces are joined again on a 1e-6 m grid,
-- which closes the hairlines that cutting leaves in the last bit.
-- Arguments: @plane (SRID of the Gauss-Krüger plane).
create temporary table piece on commit drop as
with joined as (
    select kind, class_from, class_to, st_unaryunion(st_collect(plane order by id), 1e-6) as plane
    from part group by kind, class_from, class_to
), connected as (
    select j.kind, j.class_from, j.class_to, d.geom as plane from joined j, lateral st_dump(j.plane) as d
)
select (row_number() over (order by kind, class_from, class_to, st_area(plane) desc, plane))::integer as id,
       kind, class_from, class_to, plane,
       st_area(plane) as area_m2, st_perimeter(plane_to_grid(plane, @plane::integer)) as perimeter_m
from connected
