-- How much of the site do two versions, or some features of them, cover at once?
-- Arguments: @version_a, @features_a, @version_b, @features_b (empty: all of the
-- version's), @site. Uses fragment_plane. Faces of one version are disjoint, so
-- the sum over pairs is the area of the common part.
with a as materialized (
    select f.id, case when st_covers(@site::geometry, f.plane) then f.plane
                      else st_intersection(f.plane, @site::geometry) end as piece
    from fragment f
    where f.version_id = @version_a and f.plane && @site::geometry and st_intersects(@site::geometry, f.plane)
      and (f.features && @features_a::integer[] or cardinality(@features_a::integer[]) = 0)
), common as materialized (
    select a.id as a, f.id as b, st_area(st_intersection(a.piece, f.plane)) as area_m2
    from a
    join fragment f on f.version_id = @version_b and f.plane && a.piece
    where st_intersects(f.plane, a.piece)
      and (f.features && @features_b::integer[] or cardinality(@features_b::integer[]) = 0)
)
select coalesce(sum(area_m2 order by a, b), 0) from common
