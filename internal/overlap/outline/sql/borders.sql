-- What are the shapes of a version's features, in the measuring plane?
-- Arguments: @county, @version. Uses feature's primary key.
select id, plane from feature where county = @county and version_id = @version order by id
