-- Where does a corridor's axis run through each feature: how long is each stretch
-- (Gauss-Krüger plane), where does it enter and leave (longitude, latitude), in
-- the axis's direction?
-- Arguments: @versions, @axis (as it came), @plane (SRID of the Gauss-Krüger
-- plane). Uses fragment_plane. Stretches under a millimetre are rounding.
with axis as materialized (
    select d.path[1] as part, d.geom as line
    from st_dump(st_multi(to_plane(@axis::geometry, @plane::integer))) d
), met as materialized (
    select v.id as version_id, u.feature, x.part, x.line, f.id, st_intersection(x.line, f.plane) as piece
    from unnest(@versions::bigint[]) as v(id)
    cross join axis x
    cross join lateral (
        select g.id, g.features, g.plane
        from fragment g
        where g.version_id = v.id and g.plane && x.line and st_intersects(x.line, g.plane)) as f
    cross join lateral unnest(f.features) as u(feature)
), joined as (
    select version_id, feature, part, line,
           st_linemerge(st_collectionextract(st_unaryunion(st_collect(piece order by id), 1e-6), 2)) as pieces
    from met
    group by version_id, feature, part, line
), stretch as materialized (
    select j.version_id, j.feature, j.part, j.line, d.geom as stretch,
           st_linelocatepoint(j.line, st_startpoint(d.geom)) as first,
           st_linelocatepoint(j.line, st_endpoint(d.geom)) as last,
           st_length(plane_to_grid(d.geom, @plane::integer)) as length_m
    from joined j, lateral st_dump(j.pieces) d
)
select s.version_id, s.feature, s.length_m,
       st_x(e.entry) as entry_x, st_y(e.entry) as entry_y, st_x(e.exit) as exit_x, st_y(e.exit) as exit_y
from stretch s
cross join lateral (
    select st_transform(case when s.first <= s.last then st_startpoint(s.stretch) else st_endpoint(s.stretch) end, 4490) as entry,
           st_transform(case when s.first <= s.last then st_endpoint(s.stretch) else st_startpoint(s.stretch) end, 4490) as exit) as e
where s.length_m > 0.001
order by s.version_id, s.feature, s.part, least(s.first, s.last)
