-- May this session publish the version? One at a time; freed with the session.
-- Arguments: @version. 8152 is this use's own key space.
select pg_try_advisory_lock(8152, @version::integer)
