-- Which zooms of a version have been drawn, and what came of them?
-- Arguments: @county, @version (version.id). Index: the primary key of tile_zoom.
select summary from tile_zoom where county = @county and version_id = @version order by zoom
