-- How large are the places of a township version that the same townships cover?
-- Arguments: @county, @townships (version). Uses fragment's primary key.
select features, sum(area_m2 order by id)
from fragment
where county = @county and version_id = @townships
group by features
order by features
