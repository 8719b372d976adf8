-- The complete copy that was staged of the same file and never became a draft, unless
-- another import is at work on it; locked for this transaction.
-- Arguments: @key. Reads staging, which holds the imports at work and few others.
select id, contents
from (select id, contents from staging where key = @key and key <> '' and complete order by id offset 0) as s
where pg_try_advisory_xact_lock(8154, (s.id % 2147483647)::integer)
limit 1
