-- Find long edges by place.
-- Arguments: none.
create index on long_edge using gist (line)
