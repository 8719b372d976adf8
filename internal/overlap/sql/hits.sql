-- What does the site have in common with the faces of some versions?
-- One row a face: its features, the common area, and whether the common piece is
-- so small or thin that it may be part of a sliver (slivers.sql then looks at
-- connected pieces: a sliver has at least one such face, because its mean width
-- is at least that of its thinnest part). A face that the site meets in several
-- places is always worth that look. Perimeters count in the Gauss-Krüger
-- plane; they are only worked out where the one in the measuring plane, stretched
-- by @stretch, could matter.
-- Arguments: @versions, @site (measuring plane), @plane (SRID of the Gauss-Krüger
-- plane), @stretch (≥ 1), @sliver_m2, @sliver_width (m). Uses fragment_plane.
select v.id as version_id, f.features, c.area_m2,
       c.area_m2 < @sliver_m2 or coalesce(st_numgeometries(p.piece) > 1, false)
           or case when w.whole then 2 * c.area_m2 < @sliver_width * f.perimeter_m
                   when 2 * c.area_m2 > @sliver_width * @stretch * st_perimeter(p.piece) then false
                   else 2 * c.area_m2 < @sliver_width * st_perimeter(plane_to_grid(p.piece, @plane::integer))
              end as doubtful
from unnest(@versions::bigint[]) as v(id)
cross join lateral (
    select g.id, g.features, g.plane, g.area_m2, g.perimeter_m
    from fragment g
    where g.version_id = v.id and g.plane && @site::geometry and st_intersects(@site::geometry, g.plane)) as f
cross join lateral (select st_covers(@site::geometry, f.plane) as whole) as w
cross join lateral (select case when not w.whole then st_intersection(f.plane, @site::geometry) end as piece) as p
cross join lateral (select case when w.whole then f.area_m2 else st_area(p.piece) end as area_m2) as c
where c.area_m2 > 0
order by v.id, f.id
