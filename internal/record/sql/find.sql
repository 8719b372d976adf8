-- Which bytes were given for this identity, in whichever county?
-- Arguments: @county (empty: any), @id. Uses record_id.
select county, kind, body, created_at
from record
where id = @id and (county = @county or @county = '')
