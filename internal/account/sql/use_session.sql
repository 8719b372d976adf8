-- Note that a session was used.
-- Arguments: @digest, @now. Uses account_session's primary key.
update account_session set used_at = @now where digest = @digest
