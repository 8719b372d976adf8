-- Which faces does only the version before have? The others cancel, in the index alone.
-- Arguments: @before, @after (versions). Uses fragment_plane_digest.
create temporary table face_before on commit drop as
with own as materialized (
    select f.plane_digest
    from fragment f
    where f.version_id = @before::bigint
      and not exists (select from fragment o where o.version_id = @after::bigint and o.plane_digest = f.plane_digest)
)
select f.id, f.features, f.plane, f.area_m2
from own w
join fragment f on f.version_id = @before::bigint and f.plane_digest = w.plane_digest
order by f.id
