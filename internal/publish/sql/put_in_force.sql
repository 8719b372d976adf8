-- The prepared version answers from now on.
-- Arguments: @version. Uses version's primary key.
update version set state = 'in_force', published_at = now()
where id = @version and state = 'preparing'
returning published_at
