-- Does PostgreSQL archive its log, and by which command?
-- Arguments: none. Index: none, one row of settings and statistics.
select current_setting('archive_mode') = 'on' as on, setting as command
from pg_settings
where name = 'archive_command';
