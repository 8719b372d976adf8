-- What came of each parcel, in the order of the file?
-- Arguments: @county, @id. Uses batch_parcel's primary key, record's primary key.
select p.number, p.name, p.state, coalesce(p.record, '') as record, p.error, r.body
from batch_parcel p
left join record r on r.county = p.county and r.id = p.record
where p.county = @county and p.batch_id = @id
order by p.number
