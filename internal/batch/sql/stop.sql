-- End a batch before its time: what is answered stays.
-- Arguments: @county, @id, @state (cancelled or failed), @error (null for
-- cancelled). Uses batch's primary key.
with ended as (
    update batch
    set state = @state, error = @error, finished_at = now()
    where county = @county and id = @id and state in ('waiting', 'running')
    returning id
)
select pg_notify('hongxian_job', id) from ended
