-- The issuer gives an account another role.
-- Arguments: @id, @role. Uses account's primary key.
update account set role = @role where id = @id
