-- Make the pieces that have a core anew: the cores, and apart from them the rest.
-- Arguments: @plane.
with gone as (
    delete from piece where id in (select piece from core) returning id
), joined as (
    select kind, class_from, class_to, piece, st_unaryunion(st_collect(plane order by id), 1e-6) as plane
    from part where piece < 0 group by kind, class_from, class_to, piece
), connected as (
    select j.kind, j.class_from, j.class_to, j.piece, d.geom as plane from joined j, lateral st_dump(j.plane) as d
)
insert into piece (id, kind, class_from, class_to, plane, area_m2, perimeter_m)
select (select coalesce(max(id), 0) from piece)
         + (row_number() over (order by kind, class_from, class_to, piece desc, st_area(plane) desc, plane))::integer,
       kind, class_from, class_to, plane, st_area(plane), st_perimeter(plane_to_grid(plane, @plane::integer))
from connected
