-- How many different names do the features of a version have? The zones of one
-- protected area have one.
-- Arguments: @county, @version. Uses feature's primary key.
select count(distinct coalesce(nullif(name, ''), nullif(code, ''), '#' || id))
from feature
where county = @county and version_id = @version
