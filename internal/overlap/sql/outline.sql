-- The site, and a corridor's axis, in the county's Gauss-Krüger plane.
-- Arguments: @site (measuring plane), @axis (as it came), @plane. No table.
select st_multi(st_collectionextract(st_simplify(plane_to_grid(@site::geometry, @plane::integer), 0.002), 3)),
       st_multi(to_grid(@axis::geometry, @plane::integer))
