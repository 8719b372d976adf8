-- What is kept under this identity, in whichever county? Its first digits are
-- enough, where they are unambiguous.
-- Arguments: @county (empty: any), @id (a prefix). Uses record_id.
select county, id, kind, body, coalesce(inputs, 'null'), created_at, subject, outcome
from record
where id like @id || '%' and (county = @county or @county = '')
order by id
limit 2
