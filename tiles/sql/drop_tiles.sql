-- Remove a version's tiles; its zooms are removed with them.
-- Arguments: @county, @version (version.id). Index: the primary key of tile.
with dropped as (delete from tile where county = @county and version_id = @version)
delete from tile_zoom where county = @county and version_id = @version
