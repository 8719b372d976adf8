-- Where does the database archive its log, and does that succeed?
-- Arguments: none. Index: none, one row of statistics.
select current_setting('archive_mode') = 'on' as on, current_setting('archive_command') as command,
       coalesce(last_failed_time > coalesce(last_archived_time, '-infinity'), false) as failing,
       coalesce(last_failed_wal, '') as stuck
from pg_stat_archiver;
