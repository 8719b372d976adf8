-- What happened to an entry, from the first step on?
-- Arguments: @county, @id. Uses ledger_event's primary key.
select number, at, who, coalesce(from_state, '') as from_state, to_state, note, attachment, sha256, office, deadline
from ledger_event
where county = @county and entry_id = @id
order by number
