-- Does the server keep what it is told, how large is the database, what time is it
-- there? Arguments: none.
select current_setting('server_version'), current_setting('fsync'), current_setting('full_page_writes'),
       current_setting('data_checksums'), current_setting('autovacuum'),
       pg_database_size(current_database()), clock_timestamp()
