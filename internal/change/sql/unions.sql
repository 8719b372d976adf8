-- How large is the union of a version's features?
-- Arguments: @version. Uses fragment_plane_digest alone.
select coalesce(sum(area_m2 order by plane_digest), 0)
from fragment
where version_id = @version
