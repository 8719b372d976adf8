-- Let others publish the version again.
-- Arguments: @version.
select pg_advisory_unlock(8152, @version::integer)
