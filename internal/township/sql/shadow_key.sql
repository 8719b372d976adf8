-- Key the faces of the session's own.
-- Arguments: none.
alter table pg_temp.fragment add primary key (county, version_id, id)
