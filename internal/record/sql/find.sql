-- What is kept under this identity, in whichever county, that may be seen? Its first
-- digits are enough, where they are unambiguous.
-- Arguments: @county (empty: any), @id (a prefix), and @see_counties, @see_layers,
-- @clearance, @see_townships (null: all). Uses record_id.
select county, id, kind, body, coalesce(inputs, 'null'), created_at, subject, outcome, layers, townships
from record
where id like @id || '%' and (county = @county or @county = '')
  and sees_kept(county, layers, townships, @see_counties::text[], @see_layers::text[], @clearance::integer, @see_townships::text[])
order by id
limit 2
