-- Is PostgreSQL still replaying its log?
-- Arguments: none. Index: none.
select pg_is_in_recovery();
