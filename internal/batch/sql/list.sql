-- Which batches were begun last, before a moment?
-- Arguments: @county, @before, @after_id (of those begun at @before the ones whose
-- id comes after it; empty: none), @limit, and @see_counties, @see_layers, @clearance, @see_townships
-- (null: all). Uses batch_by_age.
select county, id, name, named, versions, findings, state, total, done, failed, error, created_at, finished_at, sight
from batch
where county = @county and created_at <= @before
  and (created_at < @before or (@after_id <> '' and id > @after_id))
  and sees_kept(county, layers, townships, @see_counties::text[], @see_layers::text[], @clearance::integer, @see_townships::text[])
order by created_at desc, id
limit @limit
