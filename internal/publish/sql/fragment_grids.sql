-- Keep the faces in the county's Gauss-Krüger plane too, where distances are measured.
-- Arguments: @county, @version, @plane (SRID of the Gauss-Krüger plane).
-- Uses fragment's primary key.
insert into fragment_grid (county, version_id, id, grid)
select f.county, f.version_id, f.id, plane_to_grid(f.plane, @plane::integer)
from fragment f
where f.county = @county and f.version_id = @version
