-- Which faces touch which townships, and which lie wholly in one? A face that stays
-- clear of a township's edge is in it or not, which is soon known. One that touches
-- the edge is cut, also when it lies wholly inside: to find that out looks at every
-- vertex of the township (10 ms where it has 27,000), to cut it at its small faces.
-- The townships are whole here, so that each is prepared once and asked many times.
-- Arguments: @county, @version, @townships (version). Uses fragment_plane.
create temporary table contact on commit drop as
with town as materialized (
    select id, plane, st_boundary(plane) as edge
    from feature
    where county = @county and version_id = @townships
)
select f.id as fragment, t.id as town, not st_intersects(t.edge, f.plane) as whole
from town t
cross join lateral (
    select g.id, g.plane
    from fragment g
    where g.version_id = @version and g.plane && t.plane and st_intersects(t.plane, g.plane)) as f
