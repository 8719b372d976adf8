-- Find vertices by place.
create index vertex_point on vertex using gist (point)
