-- Make an account.
-- Arguments: @name, @title, @role, @password (PHC string), @one_time, @counties, @layers,
-- @townships, @clearance (null: all), @now. Uses account's unique name.
insert into account (name, title, role, password, one_time, counties, layers, townships, clearance, created_at, password_at)
values (@name, @title, @role, @password, @one_time, @counties::text[], @layers::text[], @townships::text[], @clearance::integer, @now, @now)
