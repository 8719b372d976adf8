-- How large, and how long, is a drawing? Its area on the ellipsoid (椭球面积) and in the
-- county's Gauss-Krüger plane, its length or perimeter in that plane and on the ellipsoid.
-- Arguments: @shape (a line or a polygon, EPSG:4490), @plane_srid. Reads no table.
select st_isvalid(d.shape), st_isvalidreason(d.shape),
       st_area(to_plane(d.shape, @plane_srid::integer)), grid_area(d.shape, @plane_srid::integer),
       case when st_dimension(d.shape) = 2 then st_perimeter(d.grid) else st_length(d.grid) end,
       case when st_dimension(d.shape) = 2 then st_perimeter(d.shape::geography) else st_length(d.shape::geography) end
from (select @shape::geometry as shape, to_grid(@shape::geometry, @plane_srid::integer) as grid) as d
