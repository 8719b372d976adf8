-- Where does a place lie in the county's Gauss-Krüger plane? East, then north, metres.
-- Arguments: @place (a point, EPSG:4490), @plane_srid. Reads no table.
select st_x(g), st_y(g) from to_grid(@place::geometry, @plane_srid::integer) as g
