-- How many entries are in each state, and how many of them are overdue?
-- Arguments: @county, @today, and @see_counties, @see_layers, @clearance,
-- @see_townships (null: all). Uses ledger_entry's primary key.
select state, count(*)::integer as n, (count(*) filter (where state <> 'closed' and deadline < @today::date))::integer as overdue
from ledger_entry
where county = @county
  and sees(county, layer, @see_counties::text[], @see_layers::text[], @clearance::integer)
  and (@see_townships::text[] is null or townships <> '[]' and not exists (
      select from jsonb_array_elements(townships) as t where t ->> 'code' is null or t ->> 'code' <> all(@see_townships::text[])))
group by state
order by state
