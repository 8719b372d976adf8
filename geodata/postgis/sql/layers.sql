-- Which layers does a county have, in the catalogue's order, that may be seen?
-- Arguments: @county, and @see_counties, @see_layers, @clearance (null: all). Uses layer's
-- primary key.
select key, title_zh, title_en, checked, tiles, overlapping, protected, min_zoom, max_zoom, secrecy
from layer
where county = @county and sees(county, key, @see_counties::text[], @see_layers::text[], @clearance::integer)
order by position, key
