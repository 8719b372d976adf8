-- Has a zoom of a version been drawn whole, and what came of it?
-- Arguments: @county, @version (version.id), @zoom. No row when it has not.
-- Index: the primary key of tile_zoom.
select summary from tile_zoom where county = @county and version_id = @version and zoom = @zoom
