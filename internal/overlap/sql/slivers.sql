-- How much of the overlap consists of slivers: connected pieces below the area or
-- the mean-width threshold (2A/P, P in the Gauss-Krüger plane)? Faces are joined
-- again first, over the whole layer (feature 0) and for each feature. Where features
-- lie on each other a 1e-6 m grid closes the hairlines that cutting leaves in the
-- last bit; faces cut from one feature meet exactly.
-- Arguments: @versions, @site, @plane, @sliver_m2, @sliver_width. Uses fragment_plane.
with hit as materialized (
    select v.id as version_id, f.id, f.features, st_collectionextract(st_intersection(f.plane, @site::geometry), 3) as piece
    from unnest(@versions::bigint[]) as v(id)
    cross join lateral (
        select g.id, g.features, g.plane
        from fragment g
        where g.version_id = v.id and g.plane && @site::geometry and st_intersects(@site::geometry, g.plane)) as f
), owned as (
    select version_id, 0 as feature, id, features, piece from hit
    union all
    select h.version_id, u.feature, h.id, h.features, h.piece from hit h, lateral unnest(h.features) as u(feature)
), joined as (
    select version_id, feature,
           case when bool_or(cardinality(features) > 1) then st_unaryunion(st_collect(piece order by id), 1e-6)
                else st_union(piece order by id) end as pieces
    from owned
    group by version_id, feature
), measured as (
    select j.version_id, j.feature, st_area(d.geom) as area_m2,
           st_perimeter(plane_to_grid(d.geom, @plane::integer)) as perimeter_m
    from joined j, lateral st_dump(j.pieces) as d
)
select version_id, feature,
       coalesce(sum(area_m2 order by area_m2) filter (where s.sliver), 0) as sliver_m2,
       bool_and(s.sliver) as sliver_only
from measured m
cross join lateral (
    select m.area_m2 < @sliver_m2 or 2 * m.area_m2 < @sliver_width * m.perimeter_m as sliver) as s
group by version_id, feature
order by version_id, feature
