-- How many other sessions use this database?
-- Arguments: none.
-- Index: none; one row a connection.
select count(*)
from pg_stat_activity
where datname = current_database()
  and backend_type = 'client backend'
  and pid <> pg_backend_pid()
