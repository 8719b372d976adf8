-- In lon/lat deliveries a long edge that is straight there bows by 12 mm a
-- kilometre in the Gauss-Krüger plane, where boundaries are taken as straight; a
-- neighbour with a vertex on that edge (a T-junction) would then overlap it or
-- leave a gap. So neighbours' vertices within 1 mm of an edge, and not within
-- 1 mm of its ends, are inserted into it. Edges under 60 m bow by less than 0.05 mm.
-- Arguments: @millimetre (in degrees). Uses staging's index on shape.
with edge as (
    select s.record, d.geom as line
    from staging s, lateral st_dumpsegments(s.shape) d
    where st_length(d.geom::geography, false) > 60
), junction as (
    select e.record, p.geom as point
    from edge e
    join staging n on n.record <> e.record and n.shape && st_expand(e.line, @millimetre)
    cross join lateral st_dump(st_intersection(st_points(n.shape), st_expand(e.line, @millimetre))) p
    where st_dwithin(p.geom, e.line, @millimetre)
      and not st_dwithin(p.geom, st_boundary(e.line), @millimetre)
)
update staging s
set shape = st_snap(s.shape, j.points, @millimetre)
from (select record, st_collect(distinct point) as points from junction group by record) as j
where s.record = j.record
