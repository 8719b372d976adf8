-- How many faces did not cancel?
-- Arguments: none. Reads face.
select count(*) from face
