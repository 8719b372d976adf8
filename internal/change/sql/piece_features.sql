-- To which features do the pieces belong, and with what area?
-- Arguments: none. Reads part.
select piece, kind, f.feature, sum(area_m2 order by id) as area_m2
from part, lateral unnest(features) as f(feature)
group by piece, kind, f.feature
order by piece, kind, area_m2 desc, f.feature
