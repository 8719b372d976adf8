-- Which tokens are there?
-- Arguments: @owner (empty: everybody's). Uses account_token_by_account.
select t.id, a.name, t.name, t.prefix, t.rights, t.created_at, t.expires_at, t.revoked_at
from account_token t
join account a on a.id = t.account
where a.name = @owner or @owner = ''
order by a.name, t.id
