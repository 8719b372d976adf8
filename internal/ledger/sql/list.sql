-- Which entries are there? The newest first; where only overdue ones are wanted,
-- the longest overdue first.
-- Arguments: @county, @state, @layer, @kind, @township (empty: any), @overdue (only
-- those), @before (a number, 0: from the newest), @limit, @today, and @see_counties,
-- @see_layers, @clearance, @see_townships (null: all). Uses ledger_entry's
-- primary key, ledger_open, ledger_township.
select e.id, e.kind, e.state, e.layer, e.title, e.source, coalesce(e.record, '') as record, e.piece, e.area_m2, e.unapproved_m2, e.townships, e.office, e.deadline,
       st_transform(e.place, 4490) as place, coalesce(e.point, st_transform(st_pointonsurface(e.place), 4490)) as point,
       e.schematic, e.created_at, e.changed_at, e.state <> 'closed' and e.deadline is not null and e.deadline < @today::date as overdue
from ledger_entry e
where e.county = @county
  and (@state::text = '' or e.state = @state::text)
  and (@layer::text = '' or e.layer = @layer::text)
  and (@kind::text = '' or e.kind = @kind::text)
  and (@township::text = '' or e.townships @> jsonb_build_array(jsonb_build_object('code', @township::text)))
  and (not @overdue::boolean or e.state <> 'closed' and e.deadline < @today::date)
  and (@before::bigint = 0 or e.id < @before::bigint)
  and sees(e.county, e.layer, @see_counties::text[], @see_layers::text[], @clearance::integer)
  and (@see_townships::text[] is null or e.townships <> '[]' and not exists (
      select from jsonb_array_elements(e.townships) as t where t ->> 'code' is null or t ->> 'code' <> all(@see_townships::text[])))
order by case when @overdue::boolean then e.deadline end, e.id desc
limit @limit::integer
