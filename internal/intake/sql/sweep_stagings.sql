-- Remove staged copies that nobody will use: incomplete ones and those of yesterday
-- and before, unless an import is at work on them.
-- Arguments: none. Uses staged_record's primary key.
with stale as materialized (
    select id from staging where not complete or created_at < now() - interval '1 day'
), gone as (
    delete from staging s
    using stale
    where s.id = stale.id and pg_try_advisory_xact_lock(8154, (s.id % 2147483647)::integer)
    returning s.id
)
delete from staged_record where staging_id in (select id from gone)
