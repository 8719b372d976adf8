-- Has River's schema ever been made here?
-- Arguments: none.
-- Index: pg_class_relname_nsp_index.
select to_regclass('river_migration') is not null
