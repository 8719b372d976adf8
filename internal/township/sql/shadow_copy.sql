-- Put the faces of a version beside those of a draft.
-- Arguments: @county, @version. Uses fragment's primary key.
insert into pg_temp.fragment
select f.* from public.fragment f where f.county = @county and f.version_id = @version
