-- Does this database have the service's tables?
-- Arguments: none.
-- Index: pg_class_relname_nsp_index.
select to_regclass('public.county') is not null
