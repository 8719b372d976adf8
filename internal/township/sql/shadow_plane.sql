-- Find the faces of the session's own by place.
-- Arguments: none.
create index on pg_temp.fragment using gist (version_id, plane)
