-- How large is the union of a version's features? The index is read in its order, so
-- that the sum repeats to the bit.
-- Arguments: @version. Uses fragment_plane_digest alone.
select coalesce(sum(area_m2), 0)
from (select area_m2 from fragment where version_id = @version::bigint order by plane_digest) as f
