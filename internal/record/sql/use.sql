-- Note that an answer was given.
-- Arguments: @county, @id.
insert into record_use (county, id) values (@county, @id)
