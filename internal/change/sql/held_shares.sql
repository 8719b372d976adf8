-- What of a version in each township has been worked out before?
-- Arguments: @county, @version, @township (version). Uses township_share's primary key.
select township, area_m2
from township_share
where county = @county and version_id = @version and township_version = @township
order by township
