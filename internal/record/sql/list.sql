-- Which answers were kept last, before a moment, about what and with which
-- outcome? The index holds all that is searched; only the page's rows are read.
-- Arguments: @county, @kind, @since, @before, @after_id (of those kept at @before
-- the ones whose identity comes after it; empty: none), @subject (a part of it in
-- any case, empty: any), @outcome (empty: any), @parcels (those too that were only
-- asked for as parcels of batches), @limit, and @see_counties, @see_layers, @clearance,
-- @see_townships (null: all). Uses record_by_age.
with page as (
    select id, created_at
    from record
    where county = @county and kind = @kind
      and created_at >= @since and created_at <= @before
      and (created_at < @before or (@after_id <> '' and id > @after_id))
      and (@subject = '' or position(lower(@subject) in lower(subject)) > 0)
      and (@outcome = '' or outcome = @outcome)
      and (alone or @parcels)
      and sees_kept(county, layers, townships, @see_counties::text[], @see_layers::text[], @clearance::integer, @see_townships::text[])
    order by created_at desc, id
    limit @limit
)
select r.id, r.kind, r.created_at, r.body
from page
join record r on r.county = @county and r.id = page.id
order by page.created_at desc, page.id
