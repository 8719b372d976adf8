-- Which codes do features have that are too small to be drawn themselves?
-- Arguments: @county, @version (version.id), @ids (feature.id), @most.
-- Index: the primary key of feature (county, version_id, id).
select coalesce(nullif(code, ''), record::text)
from feature
where county = @county and version_id = @version and id = any(@ids::integer[])
order by id
limit @most
