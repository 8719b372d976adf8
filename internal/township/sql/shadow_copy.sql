-- Put the faces of a version beside those of a draft.
-- Arguments: @county, @version. Uses fragment's primary key.
insert into pg_temp.fragment (county, version_id, id, features, plane, area_m2, perimeter_m)
select f.county, f.version_id, f.id, f.features, f.plane, f.area_m2, f.perimeter_m
from public.fragment f
where f.county = @county and f.version_id = @version
