-- Find the pieces by place.
create index on piece using gist (plane)
