-- How many features lie where, for some divisions?
-- Arguments: @county, @divisions. Uses township_presence's primary key.
select division_id, towns, class, features
from township_presence
where county = @county and division_id = any(@divisions::bigint[])
order by division_id, id
