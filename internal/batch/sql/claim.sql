-- Take some parcels that nobody has answered and nobody else is answering. They
-- are the transaction's until it ends; one that dies gives them back.
-- Arguments: @county, @id, @limit. Uses batch_parcel_waiting.
select p.number, p.site
from batch_parcel p
where p.county = @county and p.batch_id = @id and p.state = 'waiting'
  and exists (select from batch b where b.county = @county and b.id = @id and b.state in ('waiting', 'running'))
order by p.number
limit @limit
for update of p skip locked
