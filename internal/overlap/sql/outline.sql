-- The site as its own points say, and a corridor's axis. A site that was united or
-- widened has no points of its own: its shape is given without the points that
-- densifying added.
-- Arguments: @site (measuring plane), @delivery and @own (as it came, and whether
-- that is the site), @axis (as it came), @plane (SRID they are wanted in, metres or
-- degrees). No table.
select case when @own::boolean then st_multi(to_grid(repaired(@delivery::geometry), @plane::integer))
            else st_multi(st_collectionextract(
                     plane_to_grid(st_simplify(@site::geometry, 0.0005), @plane::integer), 3)) end,
       st_multi(to_grid(@axis::geometry, @plane::integer))
