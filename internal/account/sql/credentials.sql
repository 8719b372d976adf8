-- What is known of whoever signs in by that name?
-- Arguments: @name. Uses account's unique name.
select id, name, title, role, counties, layers, townships, clearance, password, one_time, disabled
from account
where name = @name
