-- How many faces did not cancel?
-- Arguments: none. Reads face_before and face_after.
select (select count(*) from face_before) + (select count(*) from face_after)
