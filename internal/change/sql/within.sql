-- How much of a version do features of another layer cover that have one of some
-- classes (no classes: all)? Ground that several of them cover counts once.
-- Arguments: @county, @version, @other (version), @classes.
-- Uses fragment_plane and feature's primary key.
select coalesce(sum(case when st_covers(o.plane, f.plane) then f.area_m2
                         else st_area(st_intersection(o.plane, f.plane)) end order by f.id, o.id), 0)
from fragment f
join fragment o on o.version_id = @other::bigint and o.plane && f.plane and st_intersects(o.plane, f.plane)
where f.county = @county and f.version_id = @version
  and exists (select from feature t
              where t.county = @county and t.version_id = @other::bigint and t.id = any(o.features)
                and (cardinality(@classes::text[]) = 0 or t.class = any(@classes::text[])))
