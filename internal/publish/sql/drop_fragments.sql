-- Drop the faces of a version that is not in force.
-- Arguments: @county, @version. Uses fragment's primary key.
delete from fragment where county = @county and version_id = @version
