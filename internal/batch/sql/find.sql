-- What is the state of a batch that may be seen?
-- Arguments: @county (empty: any), @id, and @see_counties, @see_layers, @clearance,
-- @see_townships (null: all). Uses batch_by_id.
select county, id, name, named, versions, findings, state, total, done, failed, error, created_at, finished_at, sight
from batch
where id = @id and (county = @county or @county = '')
  and sees_kept(county, layers, townships, @see_counties::text[], @see_layers::text[], @clearance::integer, @see_townships::text[])
