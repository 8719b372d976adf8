-- Count parcels as done and tell who listens. No row: the batch was cancelled
-- meanwhile, and the transaction must not commit.
-- Arguments: @county, @id, @done, @failed. Uses batch's primary key.
with moved as (
    update batch
    set state = 'running', done = done + @done, failed = failed + @failed
    where county = @county and id = @id and state in ('waiting', 'running')
    returning id
)
select pg_notify('hongxian_job', id) from moved
