-- What ground do some pieces have?
-- Arguments: @pieces, @plane (SRID they are wanted in, metres or degrees). Reads piece.
select id, st_multi(st_collectionextract(plane_to_grid(plane, @plane::integer), 3))
from piece
where id = any(@pieces::integer[])
order by id
