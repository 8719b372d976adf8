-- In lon/lat deliveries a long edge that is straight there bows by 12 mm a
-- kilometre in the Gauss-Krüger plane, where boundaries are taken as straight; a
-- neighbour with a vertex on that edge (a T-junction) would then overlap it or
-- leave a gap. So vertices that lie within 1 mm of an edge, and not within 1 mm of
-- its ends, are inserted into it. An edge that two records share whole has no
-- such vertex, and one below @shortest bows by less than 0.04 mm: neither is
-- looked at, which leaves few.
-- Arguments: @millimetre, @shortest (both in degrees). Uses vertex_point.
with edge as materialized (
    select min(s.record) as record, st_normalize(d.geom) as line
    from staging s, lateral st_dumpsegments(s.shape) d
    where st_length(d.geom) > @shortest
    group by st_normalize(d.geom)
    having count(*) = 1
), junction as materialized (
    select e.record, v.point
    from edge e
    join vertex v on v.point && st_expand(e.line, @millimetre)
    where st_dwithin(v.point, e.line, @millimetre)
      and not st_dwithin(v.point, st_boundary(e.line), @millimetre)
)
update staging s
set shape = st_snap(s.shape, j.points, @millimetre)
from (select record, st_collect(point) as points from junction group by record) as j
where s.record = j.record
