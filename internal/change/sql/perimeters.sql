-- How long are the borders of some features, in the Gauss-Krüger plane, m?
-- Arguments: @county, @version, @features, @plane. Uses feature's primary key.
select id, st_perimeter(plane_to_grid(plane, @plane::integer))
from feature
where county = @county and version_id = @version and id = any(@features::integer[])
