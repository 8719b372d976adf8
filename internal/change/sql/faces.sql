-- Which faces does only one of the versions have? Kind 3 of the older one, 1 of the
-- newer. The others cancel, in the index alone; of these the geometry is fetched one
-- by one ("offset 0"), because the planner cannot know how few they are.
-- Arguments: @before, @after (versions). Uses fragment_plane_digest.
create temporary table face on commit drop as
with own as materialized (
    select 3 as kind, @before::bigint as version_id, f.plane_digest
    from fragment f
    where f.version_id = @before::bigint
      and not exists (select from fragment o where o.version_id = @after::bigint and o.plane_digest = f.plane_digest)
    union all
    select 1, @after::bigint, f.plane_digest
    from fragment f
    where f.version_id = @after::bigint
      and not exists (select from fragment o where o.version_id = @before::bigint and o.plane_digest = f.plane_digest)
)
select w.kind, f.id, f.features, f.plane, f.area_m2
from own w
cross join lateral (
    select f.id, f.features, f.plane, f.area_m2
    from fragment f
    where f.version_id = w.version_id and f.plane_digest = w.plane_digest
    offset 0) as f
order by w.kind, f.id
