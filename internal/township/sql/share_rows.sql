-- The rows of some divisions.
-- Arguments: @county, @divisions. Uses township_share's primary key.
select division_id, towns, classes, others, features, area_m2
from township_share
where county = @county and division_id = any(@divisions::bigint[])
order by division_id, id
