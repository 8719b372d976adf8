-- Which pieces of different features lie on top of each other? Neighbours' cut
-- borders differ by the last bit of a coordinate, so overlaps below @noise (m²)
-- are a shared border, not an overlap.
-- Arguments: @noise. Uses piece's index on plane.
create temporary table contest on commit drop as
select a.id as lower, b.id as higher
from piece a
join piece b on a.feature < b.feature and a.plane && b.plane
where st_intersects(a.plane, b.plane)
  and st_area(st_intersection(a.plane, b.plane)) > @noise
