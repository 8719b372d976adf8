-- What is this entry? Its place in degrees.
-- Arguments: @county, @id, @today, and @see_counties, @see_layers, @clearance,
-- @see_townships (null: all). Uses ledger_entry's primary key.
select e.id, e.kind, e.state, e.layer, e.title, e.source, coalesce(e.record, '') as record, e.piece, e.area_m2, e.unapproved_m2, e.townships, e.office, e.deadline,
       st_transform(e.place, 4490) as place, coalesce(e.point, st_transform(st_pointonsurface(e.place), 4490)) as point,
       e.schematic, e.created_at, e.changed_at, e.state <> 'closed' and e.deadline is not null and e.deadline < @today::date as overdue
from ledger_entry e
where e.county = @county and e.id = @id
  and sees(e.county, e.layer, @see_counties::text[], @see_layers::text[], @clearance::integer)
  and (@see_townships::text[] is null or e.townships <> '[]' and not exists (
      select from jsonb_array_elements(e.townships) as t where t ->> 'code' is null or t ->> 'code' <> all(@see_townships::text[])))
