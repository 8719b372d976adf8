-- Find edges by place.
create index edge_line on edge using gist (line)
