-- Which features does the ground have that only one version covers?
-- Arguments: none. Reads part.
select kind, features, sum(area_m2 order by id) as area_m2
from part
where kind in (1, 3)
group by kind, features
order by kind, features
