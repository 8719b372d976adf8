-- Note the records of parcels, or why they have none.
-- Arguments: @county, @id, @numbers, @records and @errors (parallel arrays).
-- Uses batch_parcel's primary key, once a parcel: a planner that knows nothing yet of
-- a table just filled would otherwise read the whole batch for every few parcels.
update batch_parcel p
set record = a.record, error = a.error,
    state = case when a.record is null then 'not_checked' else 'answered' end
from unnest(@numbers::integer[], @records::text[], @errors::jsonb[]) as a(number, record, error)
cross join lateral (
    select q.ctid
    from batch_parcel q
    where q.county = @county and q.batch_id = @id and q.number = a.number
    offset 0) as held
where p.ctid = held.ctid
