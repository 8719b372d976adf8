-- Which accounts are there?
-- Arguments: @name (empty: all). Uses account's unique name.
select id, name, title, role, counties, layers, townships, clearance, disabled, password <> '', one_time, coalesce(issuer, ''), created_at
from account
where name = @name or @name = ''
order by name
