-- Which steps of the schema were taken, and what were they? Empty: not known.
-- Arguments: none.
-- Index: schema_digest's primary key; a scan of goose_db_version, one row a step.
select v.version_id, coalesce(d.digest, '')
from goose_db_version v
left join schema_digest d on d.version_id = v.version_id
where v.is_applied and v.version_id > 0
order by v.version_id
