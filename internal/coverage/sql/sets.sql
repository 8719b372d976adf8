-- Where do features lie on each other, of one version or of several? One row for
-- each set of features that share ground: by versions "ordinal:features", the area
-- that lies under all of them (and perhaps more), how it divides among the
-- townships, and the geometry that lies under exactly them.
--
-- Faces of one version are disjoint, so a place lies on one face of each version
-- at most: parts are faces, met with the faces of one later version after the
-- other. Versions come with the fewest faces first, so that the fewest are looked
-- up. A part thinner than @hairline is the same border twice, not land; it goes no
-- further, and the row without features counts such parts above 1e-6 m² and adds
-- them up. (offset 0 keeps the planner from looking up all versions' faces, or
-- intersecting twice.) Exact geometry is a set's parts joined, less the sets that hold it.
--
-- Arguments: @county, @versions (fewest faces first), @township (version, 0: none),
-- @plane (SRID of the Gauss-Krüger plane), @hairline (m), @sliver_m2, @sliver_width
-- (m), @draw (0: no geometry, or the SRID to give it in). Uses fragment's key and fragment_plane.
with recursive asked as materialized (
    select a.id, a.ord::integer as ord from unnest(@versions::bigint[]) with ordinality as a(id, ord)
), part as (
    select array[f.id] as faces, a.ord, array[a.ord || ':' || array_to_string(f.features, ',')] as cover,
           cardinality(f.features) > 1 as shared, false as thin, f.plane::geometry, f.area_m2
    from asked a
    join fragment f on f.county = @county and f.version_id = a.id
    where a.ord < (select count(*) from asked) or cardinality(f.features) > 1
    union all
    select p.faces || f.id, a.ord, p.cover || (a.ord || ':' || array_to_string(f.features, ',')), true,
           2 * c.area_m2 <= @hairline * c.perimeter_m, c.plane, c.area_m2
    from part p
    join asked a on a.ord > p.ord
    cross join lateral (
        select g.id, g.features, g.plane
        from fragment g
        where g.version_id = a.id and g.plane && p.plane and st_intersects(g.plane, p.plane)
        offset 0) as f
    cross join lateral (
        select x.plane, st_area(x.plane) as area_m2, st_perimeter(x.plane) as perimeter_m
        from (select st_collectionextract(st_intersection(p.plane, f.plane), 3) as plane offset 0) as x
        offset 0) as c
    where not p.thin and c.area_m2 > 0
), held as materialized (
    select row_number() over (order by cover, faces) as id, cover, plane, area_m2 from part where shared and not thin
), town as materialized (
    select h.id, h.cover, f.features, st_area(st_intersection(f.plane, h.plane)) as area_m2
    from held h
    cross join lateral (
        select g.features, g.plane
        from fragment g
        where g.version_id = @township and g.plane && h.plane and st_intersects(g.plane, h.plane)
        offset 0) as f
), settled as materialized (
    select id, sum(area_m2 order by features) as area_m2 from town group by id
), strayed as materialized (
    select h.id, h.cover, st_area(st_difference(h.plane, coalesce(
               (select st_union(f.plane order by f.id)
                from fragment f
                where f.version_id = @township and f.plane && h.plane and st_intersects(f.plane, h.plane)),
               'srid=990001;polygon empty'::geometry))) as area_m2
    from held h
    left join settled s on s.id = h.id
    where abs(h.area_m2 - coalesce(s.area_m2, 0)) > 1e-6
), shape as materialized (
    select cover, sum(area_m2 order by id) as area_m2, count(*) as parts,
           st_unaryunion(st_collect(plane order by id), 1e-6) as plane
    from held
    group by cover
), exact as materialized (
    select s.cover, st_collectionextract(coalesce(st_difference(s.plane, m.plane), s.plane), 3) as plane
    from shape s
    left join lateral (
        select st_union(o.plane order by o.cover) as plane
        from shape o
        where o.cover @> s.cover and cardinality(o.cover) > cardinality(s.cover)) as m on true
), polygon as (
    select e.cover, d.geom as plane, st_area(d.geom) as area_m2, st_perimeter(plane_to_grid(d.geom, @plane::integer)) as perimeter_m
    from exact e, lateral st_dump(e.plane) as d
    where st_area(d.geom) > 1e-6
), measured as (
    select cover, count(*) as polygons, sum(area_m2 order by area_m2) as area_m2, sum(perimeter_m order by perimeter_m) as perimeter_m,
           coalesce(sum(area_m2 order by area_m2) filter (
               where area_m2 < @sliver_m2 or 2 * area_m2 < @sliver_width * perimeter_m), 0) as sliver_m2,
           case when @draw::integer <> 0 then st_multi(plane_to_grid(st_collect(plane order by area_m2 desc, plane), @draw::integer)) end as shape
    from polygon
    group by cover
), divided as (
    select cover, array_agg(feature order by feature) as towns, array_agg(area_m2 order by feature) as town_m2
    from (select t.cover, u.feature, sum(t.area_m2 order by t.id, t.features) as area_m2
          from town t, lateral unnest(t.features) as u(feature)
          group by t.cover, u.feature) as d
    group by cover
), outside as (
    select cover, sum(area_m2 order by id) as area_m2 from strayed group by cover
), covered as (
    select cover, sum(area_m2 order by id, features) as area_m2 from town group by cover
)
select s.cover, s.area_m2, coalesce(o.area_m2, 0) as outside_m2, coalesce(c.area_m2, 0) as covered_m2,
       coalesce(d.towns, '{}') as towns, coalesce(d.town_m2, '{}') as town_m2,
       coalesce(m.polygons, 0) as polygons, coalesce(m.area_m2, 0) as drawn_m2, coalesce(m.perimeter_m, 0) as perimeter_m,
       coalesce(m.sliver_m2, 0) as sliver_m2, m.shape
from shape s
left join measured m on m.cover = s.cover
left join divided d on d.cover = s.cover
left join outside o on o.cover = s.cover
left join covered c on c.cover = s.cover
union all
select '{}', coalesce(sum(area_m2 order by area_m2), 0), 0, 0, '{}', '{}', count(*), 0, 0, 0, null
from part
where thin and area_m2 > 1e-6
order by 1
