-- Does this server have the service's role and its database?
-- Arguments: @role and @database, their names.
-- Index: pg_authid_rolname_index, pg_database_datname_index.
select exists (select from pg_roles where rolname = @role) as has_role,
       exists (select from pg_database where datname = @database) as has_database
