-- To which piece does each part belong? Crumbs that the grid swallowed stay with 0.
-- Arguments: none. Uses the index on piece.
update part set piece = found.id
from (select q.id as part, p.id
      from part q
      cross join lateral (
          select p.id from piece p
          where p.kind = q.kind and p.class_from = q.class_from and p.class_to = q.class_to
            and p.plane && q.plane and st_intersects(p.plane, st_pointonsurface(q.plane))
          order by p.id limit 1) as p) as found
where found.part = part.id
