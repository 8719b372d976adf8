-- What are the faces of a version, in the county's Gauss-Krüger plane?
-- Arguments: @county, @version. Uses fragment_grid's primary key.
select grid from fragment_grid where county = @county and version_id = @version order by id
