-- What was drawn in a tile? No row when nothing lies there.
-- Arguments: @county, @version (version.id), @id (its PMTiles number).
-- Index: the primary key of tile (county, version_id, id).
select body from tile where county = @county and version_id = @version and id = @id
