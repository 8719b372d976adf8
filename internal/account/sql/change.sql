-- Change what an account may do and see; its sessions end where it is disabled.
-- Arguments: @name, @title, @role, @disabled, @counties, @layers, @townships,
-- @clearance (null: all). Uses account's unique name, account_session_by_account.
with changed as (
    update account
    set title = @title, role = @role, disabled = @disabled, counties = @counties::text[], layers = @layers::text[],
        townships = @townships::text[], clearance = @clearance::integer
    where name = @name
    returning id, disabled
), ended as (
    delete from account_session s using changed c where s.account = c.id and c.disabled
)
select id from changed
