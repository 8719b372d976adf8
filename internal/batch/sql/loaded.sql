-- Note how many parcels were handed in; those without a place are done already.
-- Arguments: @county, @id, @findings. Uses batch_parcel's primary key.
with parcels as (
    select count(*) as total, count(*) filter (where state = 'not_checked') as failed
    from batch_parcel
    where county = @county and batch_id = @id
)
update batch
set total = parcels.total, done = parcels.failed, failed = parcels.failed, findings = @findings
from parcels
where county = @county and id = @id
