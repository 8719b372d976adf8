-- What came of each parcel, in the order of the file?
-- Arguments: @county, @id, @after (only numbers above it), @limit.
-- Uses batch_parcel's primary key, record's primary key.
select p.number, p.name, p.state, coalesce(p.record, '') as record, p.error, r.body
from batch_parcel p
left join record r on r.county = p.county and r.id = p.record
where p.county = @county and p.batch_id = @id and p.number > @after
order by p.number
limit @limit
