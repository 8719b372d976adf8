-- End a token.
-- Arguments: @owner (empty: anybody's), @id, @now. Uses account_token's primary key.
update account_token t set revoked_at = coalesce(t.revoked_at, @now::timestamptz)
from account a
where a.id = t.account and t.id = @id and (a.name = @owner or @owner = '')
