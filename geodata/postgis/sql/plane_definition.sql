-- How does this database define the measuring plane, and where does a point of
-- the county's latitude fall in it? PostGIS reads srtext before proj4text, so the
-- text alone does not prove that areas will be right: the point does.
-- Arguments: @srid the plane's number.
-- Index: spatial_ref_sys_pkey.
select proj4text,
       st_x(st_transform(st_setsrid(st_makepoint(110, 31), 4490), @srid::integer)) as x,
       st_y(st_transform(st_setsrid(st_makepoint(110, 31), 4490), @srid::integer)) as y
from spatial_ref_sys
where srid = @srid
