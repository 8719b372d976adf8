-- The entry follows its history.
-- Arguments: @county, @id, @to, @office, @deadline (null: as it was). Uses
-- ledger_entry's primary key.
update ledger_entry
set state = @to, office = coalesce(@office, office), deadline = coalesce(@deadline::date, deadline), changed_at = now()
where county = @county and id = @id
