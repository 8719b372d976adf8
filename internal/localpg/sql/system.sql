-- Which cluster is this? The number initdb gave it, which its copies share.
-- Arguments: none. Index: none.
select system_identifier::text from pg_control_system();
