-- What is kept under this identity, in whichever county, that may be seen? Its first
-- digits are enough, where they are unambiguous.
-- Arguments: @county (empty: any), @id (a prefix), and @see_counties, @see_layers,
-- @clearance, @see_townships (null: all). Uses record_id, whatever plan is kept: an identity
-- is hexadecimal, so that what begins with @id lies below @id with a g.
select county, id, kind, body, coalesce(inputs, 'null'), created_at, subject, outcome, layers, townships
from record
where id ~>=~ @id and id ~<~ (@id || 'g') and (county = @county or @county = '')
  and sees_kept(county, layers, townships, @see_counties::text[], @see_layers::text[], @clearance::integer, @see_townships::text[])
order by id
limit 2
