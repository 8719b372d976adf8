-- How large is the union of a version's features?
-- Arguments: @county, @version. Uses fragment's primary key.
select coalesce(sum(area_m2 order by id), 0)
from fragment
where county = @county and version_id = @version
