-- A number for a staged copy, locked for this transaction before there is one.
-- Arguments: none. 8154 is this use's own key space.
select n, pg_advisory_xact_lock(8154, (n % 2147483647)::integer) is null
from nextval(pg_get_serial_sequence('staging', 'id')) as n
