-- What does the site have in common with the faces of some versions?
-- One row a face: its features, the common area, and whether the common piece is
-- so small or thin that it may be part of a sliver (slivers.sql then looks at
-- connected pieces: a sliver has at least one such face, because its mean width
-- is at least that of its thinnest part). Perimeters count in the Gauss-Krüger
-- plane; they are only worked out where the one in the measuring plane, stretched
-- by @stretch, could matter. A piece thinner than @hairline is the same border
-- twice: densified between other points, one line bows by 0.06 mm from itself.
-- Arguments: @versions, @site (measuring plane), @plane (SRID of the Gauss-Krüger
-- plane), @stretch (≥ 1), @sliver_m2, @sliver_width (m), @hairline (m).
-- Uses fragment_plane. Each
-- step is materialized: the planner would otherwise repeat an intersection in
-- every place that mentions it.
with met as materialized (
    select v.id as version_id, f.id, f.features, f.plane, f.area_m2, f.perimeter_m,
           st_covers(@site::geometry, f.plane) as whole
    from unnest(@versions::bigint[]) as v(id)
    cross join lateral (
        select g.id, g.features, g.plane, g.area_m2, g.perimeter_m
        from fragment g
        where g.version_id = v.id and g.plane && @site::geometry and st_intersects(@site::geometry, g.plane)) as f
), cut as materialized (
    select version_id, id, features, whole, area_m2, perimeter_m,
           case when not whole then st_intersection(plane, @site::geometry) end as piece
    from met
), measured as materialized (
    select version_id, id, features, whole, piece, perimeter_m,
           case when whole then area_m2 else st_area(piece) end as area_m2
    from cut
)
select version_id, features, area_m2,
       case when whole then area_m2 < @sliver_m2 or 2 * area_m2 < @sliver_width * perimeter_m
            else exists (
                select from st_dump(piece) as part
                cross join lateral (select st_area(part.geom) as area_m2 offset 0) as p
                where p.area_m2 < @sliver_m2
                   or case when 2 * p.area_m2 < @sliver_width * @stretch * st_perimeter(part.geom)
                           then 2 * p.area_m2 < @sliver_width * st_perimeter(plane_to_grid(part.geom, @plane::integer))
                           else false end)
       end as doubtful,
       not whole and 2 * area_m2 < @hairline * st_perimeter(piece) as hairline
from measured
where area_m2 > 0
order by version_id, id
