-- Which attributes do a version's records carry?
-- Arguments: @county, @version. Uses feature's primary key.
select distinct k.name
from feature f, lateral jsonb_object_keys(f.attributes) as k(name)
where f.county = @county and f.version_id = @version and f.id <= 100
order by k.name
