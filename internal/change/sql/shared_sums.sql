-- How much of the overlaid ground has which features before and after?
-- Arguments: none. Reads shared.
select features_before, features_after, sum(area_m2 order by before, after) as area_m2
from shared
group by features_before, features_after
order by features_before, features_after
