-- Find faces of one version by place.
create index on face using gist (kind, plane)
