-- The rows of some divisions.
-- Arguments: @county, @divisions. Uses township_part's primary key.
select division_id, towns, classes, others, features, area_m2
from township_part
where county = @county and division_id = any(@divisions::bigint[])
order by division_id, id
