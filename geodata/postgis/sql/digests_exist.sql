-- Does the database keep what its schema's steps were?
-- Arguments: none.
-- Index: pg_class_relname_nsp_index.
select to_regclass('schema_digest') is not null
