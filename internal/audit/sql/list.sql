-- Which entries are there, newest first?
-- Arguments: @who, @action, @object and @outcome (empty: any; an action or object
-- means what begins with it), @since and @before (times), @below (an entry's id),
-- @limit. Uses the primary key, backwards: what is rare is looked for in all entries, a
-- second or so for a million.
select id, at, who, role, address, action, object, outcome, request, detail::text, seq, prev, hash
from audit_entry
where id < @below and at >= @since and at < @before
  and (who = @who or @who = '') and (outcome = @outcome or @outcome = '')
  and (starts_with(action, @action) or @action = '')
  and (object like @object || '%' or @object = '')
order by id desc
limit @limit
