-- Up to which step has this database been migrated?
-- Arguments: none.
-- Index: a scan of goose_db_version, one row a step.
select coalesce(max(version_id), 0)
from goose_db_version
where is_applied
