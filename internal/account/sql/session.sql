-- Whose session is it?
-- Arguments: @digest, @now, @idle (seconds). Uses account_session's and account's primary keys.
select a.id, a.name, a.title, a.role, a.counties, a.layers, a.townships, a.clearance, s.expires_at, s.one_time, s.used_at
from account_session s
join account a on a.id = s.account
where s.digest = @digest and not a.disabled
  and s.expires_at > @now::timestamptz and s.used_at > @now::timestamptz - make_interval(secs => @idle)
