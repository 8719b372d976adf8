-- Find the faces after by place.
create index on face_after using gist (plane)
