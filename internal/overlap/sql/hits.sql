-- What do sites have in common with the faces of some versions?
-- One row for each part of a face: the site (counted from 1), the face's features,
-- the common area, and whether the part may be a sliver, which slivers.sql then
-- finds out by joining what is connected. A connected piece is a sliver only if one
-- of its parts is small or thin by itself (its mean width is at least that of its
-- thinnest part); and it is none when such a part shares a border with one so large
-- that all the version's thin parts together could not make it thin. Perimeters of
-- cut parts are bounds: those in the measuring plane, stretched by @stretches. A
-- part thinner than @hairline is the same border twice: densified between other
-- points, one line bows by 0.06 mm from itself. A site of one polygon that meets a
-- face but not its boundary lies within it, and is not cut.
-- Arguments: @sites (measuring plane) and @stretches (≥ 1), parallel arrays; @at
-- (sites, counted from 1) and @versions, parallel arrays of what is asked;
-- @sliver_m2, @sliver_width (m), @hairline (m). Uses fragment_plane. Each
-- step is materialized: the planner would otherwise repeat an intersection in every
-- place that mentions it. Parts are counted off, because st_dump writes each as text.
with asked as materialized (
    select n, site, st_boundary(site) as border, stretch, versions
    from unnest(@sites::geometry[], @stretches::double precision[]) with ordinality as s(site, stretch, n)
    join (select n, array_agg(id) as versions
          from unnest(@at::integer[], @versions::bigint[]) as v(n, id)
          group by n) as v using (n)
), met as materialized (
    select s.n, s.site, s.stretch, f.version_id, f.id, f.features, f.plane, f.area_m2, f.perimeter_m,
           st_covers(s.site, f.plane) as whole,
           st_numgeometries(s.site) = 1 and f.plane ~ s.site
               and not st_intersects(s.border, case when st_numinteriorrings(f.plane) = 0 then st_exteriorring(f.plane)
                                                    else st_boundary(f.plane) end) as within
    from asked s
    join fragment f on f.version_id = any(s.versions) and st_intersects(s.site, f.plane)
), cut as materialized (
    select n, stretch, version_id, id, features,
           case when within then site else st_collectionextract(st_intersection(plane, site), 3) end as pieces
    from met
    where not whole
), part as materialized (
    select n, stretch, version_id, id, 0 as part, features, plane as piece, area_m2, perimeter_m
    from met
    where whole
    union all
    select c.n, c.stretch, c.version_id, c.id, p.part, c.features, p.piece, st_area(p.piece),
           c.stretch * st_perimeter(p.piece)
    from cut c
    cross join lateral (
        select i as part, st_geometryn(c.pieces, i) as piece
        from generate_series(1, st_numgeometries(c.pieces)) as i
        where not st_isempty(c.pieces)
        offset 0) as p
), judged as materialized (
    select n, stretch, version_id, id, part, features, piece, area_m2, perimeter_m,
           area_m2 < @sliver_m2 or 2 * area_m2 < @sliver_width * perimeter_m as doubtful
    from part
), thin as materialized (
    select n, version_id, sum(perimeter_m) as perimeter_m from judged where doubtful group by n, version_id
)
select j.n as site, j.version_id, j.features, j.area_m2,
       j.doubtful and not exists (
           select from judged k, thin t
           where (k.n, k.version_id) = (j.n, j.version_id) and (t.n, t.version_id) = (j.n, j.version_id) and not k.doubtful
             and 2 * k.area_m2 >= @sliver_width * (k.perimeter_m + t.perimeter_m)
             and k.piece && j.piece and st_relate(k.piece, j.piece, '****1****')) as doubtful,
       2 * j.area_m2 < @hairline * j.perimeter_m / j.stretch as hairline
from judged j
order by j.n, j.version_id, j.id, j.part
