-- How many jobs were given up within a week, and what did the last one say?
-- Arguments: none. Uses river_job's index by state.
select count(*) as given_up,
       coalesce((array_agg(j.kind || ': ' || coalesce(j.errors[array_upper(j.errors, 1)] ->> 'error', '') order by j.finalized_at desc))[1], '') as last
from river_job j
where j.state = 'discarded' and j.finalized_at > now() - interval '7 days'
