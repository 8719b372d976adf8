-- A one-time password has opened: it opens no more.
-- Arguments: @id, @password as it was kept. Uses account's primary key.
update account set password = '', one_time = false where id = @id and password = @password
