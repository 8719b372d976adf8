-- Say that a zoom has been drawn whole.
-- Arguments: @county, @version (version.id), @zoom, @summary (bake.Zoom as JSON).
insert into tile_zoom (county, version_id, zoom, summary) values (@county, @version, @zoom, @summary)
