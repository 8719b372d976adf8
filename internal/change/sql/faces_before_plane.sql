-- Find the faces before by place.
create index on face_before using gist (plane)
