-- End a session.
-- Arguments: @digest. Uses account_session's primary key.
delete from account_session where digest = @digest
