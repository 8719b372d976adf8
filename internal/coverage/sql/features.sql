-- What are the features called, and how large are they?
-- Arguments: @county, @versions and @features (parallel arrays). Uses feature's primary key.
select f.version_id, f.id, f.code, f.name, f.class, f.area_m2
from unnest(@versions::bigint[], @features::integer[]) as w(version_id, id)
join feature f on f.county = @county and f.version_id = w.version_id and f.id = w.id
