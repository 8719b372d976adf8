-- Keep what the faces of a division add up to undivided, and say what the shares do.
-- Arguments: @county, @division, @area (m²). Uses the primary keys.
with kept as (
    update township_division set area_m2 = @area where county = @county and id = @division returning area_m2
)
select coalesce(sum(s.area_m2 order by s.id), 0)
from township_part s
where s.county = @county and s.division_id = @division
