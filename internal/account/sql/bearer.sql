-- For whom does a token act, and with which rights?
-- Arguments: @digest, @now. Uses account_token's unique digest and account's primary key.
select a.id, a.name, a.title, a.role, a.counties, a.layers, a.townships, a.clearance, t.rights, t.prefix
from account_token t
join account a on a.id = t.account
where t.digest = @digest and not a.disabled and t.revoked_at is null
  and (t.expires_at is null or t.expires_at > @now::timestamptz)
