-- In lon/lat deliveries a long edge that is straight there bows by 12 mm a
-- kilometre in the Gauss-Krüger plane, where boundaries are taken as straight; a
-- neighbour with a vertex on that edge (a T-junction) would then overlap it or
-- leave a gap. So neighbours' vertices within 1 mm of an edge, and not within
-- 1 mm of its ends, are inserted into it.
-- Arguments: @millimetre (in degrees). Uses long_edge's index on line.
with junction as (
    select distinct e.record, p.geom as point
    from staging n
    cross join lateral st_dumppoints(n.shape) p
    join long_edge e on e.record <> n.record and e.line && st_expand(p.geom, @millimetre)
    where st_dwithin(p.geom, e.line, @millimetre)
      and not st_dwithin(p.geom, st_boundary(e.line), @millimetre)
), borrowed as (
    select record, st_collect(point) as points from junction group by record
)
update staging s
set shape = st_snap(s.shape, b.points, @millimetre)
from borrowed b
where s.record = b.record
