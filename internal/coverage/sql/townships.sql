-- What are the townships called?
-- Arguments: @county, @version. Uses feature's primary key.
select id, code, name from feature where county = @county and version_id = @version order by code, id
