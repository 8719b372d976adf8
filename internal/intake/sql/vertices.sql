-- Every vertex of the staged shapes, once.
-- Arguments: none. Reads the whole staging table.
create temporary table vertex on commit drop as
select distinct p.geom as point
from staging s, lateral st_dumppoints(s.shape) p
