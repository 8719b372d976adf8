-- Which of the extensions the schema needs are installed in this database, and
-- in which version?
-- Arguments: none.
-- Index: a scan of pg_extension, a dozen rows.
select extname, extversion
from pg_extension
where extname in ('postgis', 'btree_gist')
