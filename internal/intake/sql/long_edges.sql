-- Which edges of a lon/lat delivery bow measurably in the Gauss-Krüger plane?
-- Those under 60 m bow by less than 0.05 mm and are left out.
-- Arguments: none. Reads the whole staging table.
create temporary table long_edge on commit drop as
select s.record, d.geom as line
from staging s, lateral st_dumpsegments(s.shape) d
where st_length(d.geom::geography, false) > 60
