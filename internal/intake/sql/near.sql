-- Where may a delivery for a county lie? In the county's bounds and a degree
-- around them; given as a polygon in the delivery's coordinates, so that a record
-- is placed without being projected: coordinates that belong to another reference
-- system often cannot be.
-- Arguments: @county, @srid (of the delivery). Uses county's primary key.
select to_grid(st_expand(bounds, 1), @srid::integer) from county where code = @county
