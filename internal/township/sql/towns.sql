-- What are the townships of a version, and how large?
-- Arguments: @county, @townships (version). Uses feature's primary key.
select id, code, name, class, area_m2 from feature
where county = @county and version_id = @townships
order by id
