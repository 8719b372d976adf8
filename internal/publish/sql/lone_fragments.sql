-- Keep the pieces that no other feature lies on: faces of one feature.
-- Arguments: @county, @version, @plane (SRID of the Gauss-Krüger plane).
-- Uses contest's indexes.
insert into fragment (county, version_id, id, features, plane, area_m2, perimeter_m)
select @county, @version::bigint, p.id, array[p.feature], p.plane, st_area(p.plane),
       st_perimeter(plane_to_grid(p.plane, @plane::integer))
from piece p
where not exists (select from contest c where c.lower = p.id)
  and not exists (select from contest c where c.higher = p.id)
