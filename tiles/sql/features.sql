-- What is to be drawn of a version, in a stable order?
-- Arguments: @county, @version (version.id).
-- Index: the primary key of feature (county, version_id, id).
select id, code, name, class, geom
from feature
where county = @county and version_id = @version
order by id
