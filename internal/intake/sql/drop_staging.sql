-- Remove a staged copy, unless another import has taken it over.
-- Arguments: @staging. Uses staged_record's primary key.
with gone as (
    delete from staging
    where id = @staging::bigint and pg_try_advisory_xact_lock(8154, (id % 2147483647)::integer)
    returning id
)
delete from staged_record where staging_id in (select id from gone)
