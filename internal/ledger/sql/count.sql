-- How many entries are in each state, and how many of them are overdue?
-- Arguments: @county, @today. Uses ledger_entry's primary key.
select state, count(*)::integer as n, (count(*) filter (where state <> 'closed' and deadline < @today::date))::integer as overdue
from ledger_entry
where county = @county
group by state
order by state
