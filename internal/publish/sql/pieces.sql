-- Cut a version's features into small pieces, so that everything after works on
-- neighbourhoods instead of whole mountains.
-- Arguments: @county, @version. Uses feature's primary key.
create temporary table piece on commit drop as
select row_number() over () as id, f.id as feature, s.plane
from feature f, lateral st_subdivide(f.plane, 96) as s(plane)
where f.county = @county and f.version_id = @version
