-- Divide the ground of the edges into cells, so that each is worked on by itself.
-- The outermost have a margin of ground that is nobody's. Whole metres: the
-- cells' borders are the same from both sides.
-- Arguments: @edges (how many a cell should have). Reads the edges.
create temporary table cell on commit drop as
with extent as (
    select floor(st_xmin(b)) - 10 as x, floor(st_ymin(b)) - 10 as y,
           ceil(st_xmax(b)) + 10 as right_x, ceil(st_ymax(b)) + 10 as top, st_srid(b) as srid, side
    from (select st_setsrid(st_extent(line)::geometry, min(st_srid(line))) as b,
                 least(greatest(ceil(sqrt(count(*) / @edges::numeric)), 1), 64)::integer as side
          from edge) as e
), step as (
    select *, ceil((right_x - x) / side) as wide, ceil((top - y) / side) as high from extent
)
select (i * side + j + 1)::integer as id,
       st_makeenvelope(x + i * wide, y + j * high, x + (i + 1) * wide, y + (j + 1) * high, srid) as box
from step, generate_series(0, side - 1) as i, generate_series(0, side - 1) as j
