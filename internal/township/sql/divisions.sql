-- Which divisions by these townships are there of some versions, alone or in common
-- with one another?
-- Arguments: @county, @versions, @townships (version). Uses township_division_townships.
select id, version_id, coalesce(other_id, 0), area_m2
from township_division
where county = @county and townships = @townships and version_id = any(@versions::bigint[])
  and (other_id is null or other_id = any(@versions::bigint[]))
order by id
