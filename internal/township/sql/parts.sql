-- What part of each face lies in which townships? A face that meets one township
-- only, clear of its edge, is taken whole, without geometry. The others are cut with
-- the townships' own small faces, which are disjoint: where townships lie on each
-- other, a part names them all.
-- Arguments: @county, @version, @townships (version). Uses fragment_plane and
-- fragment's primary key.
create temporary table part on commit drop as
with alone as materialized (
    select fragment, min(town) as town
    from contact
    group by fragment
    having count(*) = 1 and bool_and(whole)
), bordering as materialized (
    select distinct c.fragment
    from contact c
    where not exists (select from alone a where a.fragment = c.fragment)
), cut as materialized (
    select f.id, t.features as towns, st_collectionextract(st_intersection(f.plane, t.plane), 3) as plane
    from bordering b
    join fragment f on f.county = @county and f.version_id = @version and f.id = b.fragment
    cross join lateral (
        select g.features, g.plane
        from fragment g
        where g.version_id = @townships and g.plane && f.plane and st_intersects(g.plane, f.plane)) as t
)
select a.fragment, array[a.town] as towns, null::geometry as plane, f.area_m2
from alone a
join fragment f on f.county = @county and f.version_id = @version and f.id = a.fragment
union all
select id, towns, plane, st_area(plane)
from cut
where not st_isempty(plane)
