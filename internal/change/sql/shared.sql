-- What do faces of the two versions that are not equal still have in common?
-- Arguments: none. Uses the indexes on face_before and face_after.
create temporary table shared on commit drop as
select b.id as before, a.id as after, b.features as features_before, a.features as features_after,
       st_collectionextract(common.piece, 3) as piece, st_area(common.piece) as area_m2
from face_before b
join face_after a on a.plane && b.plane and st_intersects(a.plane, b.plane)
cross join lateral (select st_intersection(b.plane, a.plane) as piece) as common
where st_area(common.piece) > 0
