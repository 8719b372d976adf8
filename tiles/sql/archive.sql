-- What was drawn of a version, in an archive's order?
-- Arguments: @county, @version (version.id).
-- Index: the primary key of tile (county, version_id, id).
select id, body from tile where county = @county and version_id = @version order by id
