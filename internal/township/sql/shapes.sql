-- What do the features of a township version look like? As they are,
-- in EPSG:4490 or, for the county's plane, from the delivery.
-- Arguments: @county, @townships (version), @srid. Uses feature's primary key.
select id, st_multi(case when @srid::integer = 4490 then geom else to_grid(repaired(delivery), @srid::integer) end)
from feature
where county = @county and version_id = @townships
order by id
