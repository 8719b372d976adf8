-- What does each version cover, by the features that lie there together?
-- Arguments: @county, @versions. Uses fragment's primary key.
select f.version_id, f.features, sum(f.area_m2 order by f.id) as area_m2
from fragment f
where f.county = @county and f.version_id = any(@versions::bigint[])
group by f.version_id, f.features
order by f.version_id, f.features
