-- Into which faces do the edges cut some cells, which features lie on each, and is
-- it in the county? One point tells, because no edge crosses a face. It is taken on
-- a slanted line, off its middle: borders that cancelled cross the face, and where a
-- regular one does, a middle lies on it. A second point must agree. Kept are faces
-- that are wrong: overlap (two features or more), gap (none), outside (of every
-- township). Edges are rounded to 0.1 mm where they meet.
-- Arguments: @version, @townships (version, 0: not known), @overlaps, @gaps, @outsides
-- (booleans: what to look for), @first, @last (cells, inclusive). Uses edge_line and
-- feature_geom. Features are asked for by version alone: with the county beside it the
-- planner, which has no statistics of a version that was just imported, takes the
-- primary key and reads the whole version for every face.
insert into face (cell, kind, features, ground, borders, open)
with noded as materialized (
    select c.id, c.box,
           st_unaryunion(st_collect(array(select e.line from edge e where e.line && c.box) || st_boundary(c.box)), 0.0001) as lines
    from cell c
    where c.id between @first::integer and @last::integer
), cut as materialized (
    select n.id as cell, n.box, d.geom as ground, st_pointonsurface(d.geom) as middle,
           st_xmax(d.geom) - st_xmin(d.geom) + st_ymax(d.geom) - st_ymin(d.geom) as wide
    from noded n, lateral st_dump(st_polygonize(array[n.lines])) as d
    where d.geom && n.box
), crossed as materialized (
    select c.*, (select s.geom
                 from st_dump(st_collectionextract(st_intersection(c.ground, st_makeline(
                          st_translate(c.middle, -c.wide, -0.0137 * c.wide), st_translate(c.middle, c.wide, 0.0137 * c.wide))), 2)) as s
                 order by st_length(s.geom) desc limit 1) as section
    from cut c
    where c.middle && c.box
), sounded as materialized (
    select c.cell, c.box, c.ground, p.place, st_transform(p.place, 990001) as plane, q.place as again, st_transform(q.place, 990001) as plane_again
    from crossed c
    cross join lateral (select to_lonlat(coalesce(st_lineinterpolatepoint(c.section, 0.382), c.middle)) as place offset 0) as p
    cross join lateral (select to_lonlat(coalesce(st_lineinterpolatepoint(c.section, 0.618), c.middle)) as place offset 0) as q
), found as materialized (
    select s.*,
           array(select f.id from feature f
                 where f.version_id = @version and f.geom && s.place and st_intersects(f.plane, s.plane)
                 order by f.id) as features,
           exists (select from feature t
                   where t.version_id = @townships and t.geom && s.place and st_intersects(t.plane, s.plane)) as inside
    from sounded s
)
select f.cell, k.kind, f.features, f.ground,
       st_intersects(f.ground, st_boundary(f.box)),
       k.kind = 'gap' and @townships = 0 and exists (
           select from (select st_extent(box)::geometry as whole from cell) as all_cells
           where st_xmin(f.ground) <= st_xmin(whole) or st_ymin(f.ground) <= st_ymin(whole)
              or st_xmax(f.ground) >= st_xmax(whole) or st_ymax(f.ground) >= st_ymax(whole))
from found f
cross join lateral (values
    ('overlap', @overlaps::boolean and cardinality(f.features) > 1),
    ('gap', @gaps::boolean and cardinality(f.features) = 0 and (f.inside or @townships = 0)),
    ('outside', @outsides::boolean and cardinality(f.features) > 0 and not f.inside)) as k(kind, wrong)
where k.wrong
  and f.features = array(select g.id from feature g
                         where g.version_id = @version and g.geom && f.again and st_intersects(g.plane, f.plane_again)
                         order by g.id)
order by f.cell, st_xmin(f.ground), st_ymin(f.ground), st_area(f.ground), k.kind
