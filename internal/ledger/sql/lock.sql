-- In which state is the entry? Others who take a step wait.
-- Arguments: @county, @id. Uses ledger_entry's primary key.
select state from ledger_entry where county = @county and id = @id for update
