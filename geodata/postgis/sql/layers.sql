-- Which layers does a county have, in the catalogue's order?
-- Arguments: @county. Uses layer's primary key.
select key, title_zh, title_en, checked, tiles, overlapping, protected, min_zoom, max_zoom
from layer
where county = @county
order by position, key
