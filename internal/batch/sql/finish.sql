-- End a batch of which no parcel waits any more.
-- Arguments: @county, @id. Uses batch's primary key and batch_parcel_waiting.
with ended as (
    update batch b
    set state = 'done', finished_at = now()
    where b.county = @county and b.id = @id and b.state in ('waiting', 'running')
      and not exists (
        select from batch_parcel p where p.county = @county and p.batch_id = @id and p.state = 'waiting')
    returning b.id
)
select pg_notify('hongxian_job', id) from ended
