-- How large is a version: the sum of its disjoint faces?
-- Arguments: @county, @version. Uses fragment's primary key.
select coalesce(sum(area_m2 order by id), 0) from fragment where county = @county and version_id = @version
