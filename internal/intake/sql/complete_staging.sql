-- Note that a staged copy is complete, and what reading it said.
-- Arguments: @staging, @contents (jsonb). Uses staging's primary key.
update staging set complete = true, contents = @contents where id = @staging
