-- Set a password; sessions of the account end, but the one with that digest, which may
-- do everything from now on.
-- Arguments: @name, @password (PHC string), @one_time, @keep (digest), @now.
-- Uses account's unique name, account_session_by_account.
with changed as (
    update account set password = @password, one_time = @one_time, password_at = @now where name = @name returning id
), ended as (
    delete from account_session s using changed c where s.account = c.id and s.digest <> @keep
), kept as (
    update account_session s set one_time = false from changed c where s.account = c.id and s.digest = @keep
)
select id from changed
