-- How many places are there of each kind, and how much ground?
-- Arguments: none. Reads the places.
select kind, hairline, count(*)::integer, coalesce(sum(area_m2 order by area_m2, features), 0)
from place
group by kind, hairline
order by kind, hairline
