-- What are some features of a version called?
-- Arguments: @county, @version, @features. Uses feature's primary key.
select id, coalesce(nullif(name, ''), nullif(code, ''), '#' || id) from feature
where county = @county and version_id = @version and id = any(@features::integer[])
