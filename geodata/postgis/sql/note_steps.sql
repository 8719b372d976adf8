-- Note what steps were, of those that were taken and of which it is not known.
-- Arguments: @versions, @digests (parallel).
-- Index: schema_digest's primary key; a scan of goose_db_version, one row a step.
insert into schema_digest (version_id, digest)
select s.version_id, s.digest
from unnest(@versions::bigint[], @digests::text[]) as s(version_id, digest)
where exists (select from goose_db_version v where v.version_id = s.version_id and v.is_applied)
on conflict (version_id) do nothing
