-- How is a layer drawn: which zooms, and should it cover its ground?
-- Arguments: @county, @layer. Index: the primary key of layer.
select min_zoom, max_zoom, tiles from layer where county = @county and key = @layer
