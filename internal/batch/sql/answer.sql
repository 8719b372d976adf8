-- Note the records of parcels, or why they have none.
-- Arguments: @county, @id, @numbers, @records and @errors (parallel arrays).
-- Uses batch_parcel's primary key.
update batch_parcel p
set record = a.record, error = a.error,
    state = case when a.record is null then 'not_checked' else 'answered' end
from unnest(@numbers::integer[], @records::text[], @errors::jsonb[]) as a(number, record, error)
where p.county = @county and p.batch_id = @id and p.number = a.number
