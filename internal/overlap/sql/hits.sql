-- What does the site have in common with the faces of some versions?
-- One row for each part of a face: its features, the common area, and whether the
-- part may be a sliver, which slivers.sql then finds out by joining what is
-- connected. A connected piece is a sliver only if one of its parts is small or
-- thin by itself (its mean width is at least that of its thinnest part); and it is
-- none when such a part shares a border with one so large that all the version's
-- thin parts together could not make it thin. Perimeters of cut parts are bounds:
-- those in the measuring plane, stretched by @stretch. A part thinner than
-- @hairline is the same border twice: densified between other points, one line
-- bows by 0.06 mm from itself.
-- Arguments: @versions, @site (measuring plane), @stretch (≥ 1), @sliver_m2,
-- @sliver_width (m), @hairline (m). Uses fragment_plane. Each step is
-- materialized: the planner would otherwise repeat an intersection in every place
-- that mentions it.
with met as materialized (
    select v.id as version_id, f.id, f.features, f.plane, f.area_m2, f.perimeter_m,
           st_covers(@site::geometry, f.plane) as whole
    from unnest(@versions::bigint[]) as v(id)
    cross join lateral (
        select g.id, g.features, g.plane, g.area_m2, g.perimeter_m
        from fragment g
        where g.version_id = v.id and g.plane && @site::geometry and st_intersects(@site::geometry, g.plane)) as f
), part as materialized (
    select version_id, id, 0 as part, features, plane as piece, area_m2, perimeter_m
    from met
    where whole
    union all
    select m.version_id, m.id, d.path[1], m.features, d.geom, st_area(d.geom), @stretch * st_perimeter(d.geom)
    from met m, lateral st_dump(st_collectionextract(st_multi(st_intersection(m.plane, @site::geometry)), 3)) as d
    where not m.whole
), judged as materialized (
    select version_id, id, part, features, piece, area_m2, perimeter_m,
           area_m2 < @sliver_m2 or 2 * area_m2 < @sliver_width * perimeter_m as doubtful
    from part
), thin as materialized (
    select version_id, sum(perimeter_m) as perimeter_m from judged where doubtful group by version_id
)
select j.version_id, j.features, j.area_m2,
       j.doubtful and not exists (
           select from judged k, thin t
           where k.version_id = j.version_id and t.version_id = j.version_id and not k.doubtful
             and 2 * k.area_m2 >= @sliver_width * (k.perimeter_m + t.perimeter_m)
             and k.piece && j.piece and st_relate(k.piece, j.piece, '****1****')) as doubtful,
       2 * j.area_m2 < @hairline * j.perimeter_m / @stretch as hairline
from judged j
order by j.version_id, j.id, j.part
