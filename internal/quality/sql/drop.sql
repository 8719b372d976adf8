-- Forget the report of a version.
-- Arguments: @county, @version. Uses quality's primary key.
delete from quality where county = @county and version_id = @version
