-- Which entries have no place in the chain yet, oldest first?
-- Arguments: @limit. Uses audit_waiting.
select id, at, who, role, address, action, object, outcome, request, detail::text
from audit_entry
where seq is null
order by id
limit @limit
