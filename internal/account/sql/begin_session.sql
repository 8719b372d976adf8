-- Begin a session; those that are over are cleared away.
-- Arguments: @digest, @account, @now, @expires_at, @one_time. Uses account_session_by_expiry.
with cleared as (
    delete from account_session where expires_at < @now
)
insert into account_session (digest, account, created_at, used_at, expires_at, one_time)
values (@digest, @account, @now, @now, @expires_at, @one_time)
