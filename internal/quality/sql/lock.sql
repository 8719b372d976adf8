-- One examination of a version at a time; freed at the transaction's end. 8154 is
-- this use's own key space.
-- Arguments: @version.
select pg_advisory_xact_lock(8154, hashtext((@version::bigint)::text))
