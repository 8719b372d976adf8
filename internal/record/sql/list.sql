-- Which answers were kept last, before a moment?
-- Arguments: @county, @kind, @before, @limit. Uses record_by_age.
select id, kind, created_at, body
from record
where county = @county and kind = @kind and created_at < @before
order by created_at desc, id
limit @limit
