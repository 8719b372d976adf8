-- Up to which step has River's schema been migrated?
-- Arguments: none.
-- Index: river_migration's primary key.
select coalesce(max(version), 0)
from river_migration
where line = 'main'
