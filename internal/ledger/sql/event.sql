-- Add a step to the history of an entry that is locked.
-- Arguments: @county, @id, @who, @from, @to, @note, @attachment, @sha256, @office,
-- @deadline (null: as it was). Uses ledger_event's primary key.
insert into ledger_event (county, entry_id, number, who, from_state, to_state, note, attachment, sha256, office, deadline)
select @county, @id::bigint, coalesce(max(number), 0) + 1, @who, @from::text, @to::text, @note, @attachment, @sha256, @office::text, @deadline::date
from ledger_event
where county = @county and entry_id = @id::bigint
