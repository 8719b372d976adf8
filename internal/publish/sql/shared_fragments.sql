-- Cut contested pieces into disjoint faces, each naming every feature on it. A
-- face belongs to the piece of its lowest feature: what lower features take is
-- taken away first, then each higher one (rival) in turn splits what is left into
-- the part it covers and the part it does not. Crumbs below 1e-6 m², which come
-- from the last bit of a coordinate, are dropped; the closing check bounds them.
-- Arguments: @county, @version, @plane (SRID of the Gauss-Krüger plane).
-- Uses contest's indexes and piece's key.
with recursive contested as materialized (
    select p.id, p.feature, p.plane,
           (select st_union(l.plane order by l.id)
            from contest c join piece l on l.id = c.lower where c.higher = p.id) as taken
    from piece p
    where exists (select from contest c where c.lower = p.id)
       or exists (select from contest c where c.higher = p.id)
), rival as materialized (
    select c.lower as id, row_number() over (partition by c.lower order by h.feature, h.id) as turn,
           h.feature, h.plane
    from contest c join piece h on h.id = c.higher
), split as (
    select id, 1::bigint as turn, array[feature] as features,
           st_collectionextract(case when taken is null then plane else st_difference(plane, taken) end, 3) as plane
    from contested
    union all
    select s.id, s.turn + 1, part.features, st_collectionextract(part.plane, 3)
    from split s
    join rival r on r.id = s.id and r.turn = s.turn
    cross join lateral (
        select s.features || r.feature, st_intersection(s.plane, r.plane)
        union all
        select s.features, st_difference(s.plane, r.plane)) as part(features, plane)
    where st_area(part.plane) > 1e-6
), face as materialized (
    select s.id, d.geom as plane,
           (select array_agg(distinct f order by f) from unnest(s.features) as f) as features
    from split s, lateral st_dump(s.plane) as d
    where not exists (select from rival r where r.id = s.id and r.turn = s.turn)
      and st_area(d.geom) > 1e-6
)
insert into fragment (county, version_id, id, features, plane, area_m2, perimeter_m)
select @county, @version::bigint,
       (select coalesce(max(id), 0) from piece) + row_number() over (order by f.id, f.plane),
       f.features, f.plane, st_area(f.plane), st_perimeter(plane_to_grid(f.plane, @plane::integer))
from face f
