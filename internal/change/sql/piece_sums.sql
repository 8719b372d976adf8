-- How large is each piece, and is it noise? The area is the sum of its parts. Piece 0
-- is what the grid swallowed.
-- Arguments: @noise_m2, @noise_width.
select q.piece, q.kind, coalesce(p.class_from, '') as class_from, coalesce(p.class_to, '') as class_to, q.area_m2, coalesce(p.perimeter_m, 0) as perimeter_m,
       p.id is null or q.area_m2 < @noise_m2 or 2 * q.area_m2 < @noise_width * p.perimeter_m as noise
from (select piece, kind, sum(area_m2 order by id) as area_m2 from part group by piece, kind) as q
left join piece p on p.id = q.piece
order by q.kind desc, q.area_m2 desc, q.piece
