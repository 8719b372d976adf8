-- Which thin pieces hide a change? One whose mean width is that of noise can still
-- hold a place that is wider: what of it survives being narrowed by half the width
-- all round, and widened again, is a core.
-- Arguments: @plane, @noise_m2, @noise_width.
create temporary table core on commit drop as
with narrowed as (
    select p.id as piece, p.plane,
           st_buffer(st_buffer(plane_to_grid(p.plane, @plane::integer), -@noise_width::double precision / 2),
                     @noise_width::double precision / 2) as grid
    from piece p
    where p.area_m2 >= @noise_m2 and 2 * p.area_m2 < @noise_width * p.perimeter_m
)
select n.piece, st_intersection(n.plane, to_plane(n.grid, @plane::integer)) as plane
from narrowed n
where not st_isempty(n.grid) and st_area(n.grid) >= @noise_m2
