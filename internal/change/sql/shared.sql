-- What do faces of the two versions that are not equal still have in common?
-- Arguments: none. Uses the index on face.
create temporary table shared on commit drop as
select b.id as before, a.id as after, b.features as features_before, a.features as features_after,
       common.piece, st_area(common.piece) as area_m2
from face b
join face a on a.kind = 1 and a.plane && b.plane and st_intersects(b.plane, a.plane)
cross join lateral (
    select case when st_covers(b.plane, a.plane) then a.plane
                else st_collectionextract(st_intersection(b.plane, a.plane), 3) end as piece) as common
where b.kind = 3 and st_area(common.piece) > 0
