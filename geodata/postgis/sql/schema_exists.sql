-- Has this database ever been migrated?
-- Arguments: none.
-- Index: pg_class_relname_nsp_index.
select to_regclass('goose_db_version') is not null
