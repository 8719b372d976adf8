-- Move a version from one state to another; no row means it was not in that state.
-- Arguments: @version, @from (states), @to. Uses version's primary key.
update version set state = @to
where id = @version and state = any(@from::text[])
returning id
