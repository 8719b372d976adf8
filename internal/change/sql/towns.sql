-- Which townships does a version of the townships have?
-- Arguments: @county, @version. Uses feature's primary key.
select id, code, name
from feature
where county = @county and version_id = @version
order by code, id
