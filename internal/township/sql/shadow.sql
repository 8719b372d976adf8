-- A place of the session's own for the faces of a draft. It has the name of the
-- real table and stands before it, so that the same statements work on it; the
-- real one, and its indexes, never see rows that a question leaves behind.
-- Arguments: none.
create temporary table fragment on commit drop as
select county, version_id, id, features, plane, area_m2, perimeter_m
from public.fragment
with no data
