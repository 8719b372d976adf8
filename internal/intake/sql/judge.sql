-- Is each staged record near the county and a valid polygon, and if it is not
-- valid, what would a repair change? Areas are compared in the county's
-- Gauss-Krüger plane, which only records near the county can be projected to.
-- Arguments: @plane (its SRID), @near (polygon in the delivery's coordinates),
-- @first, @last (record numbers, inclusive). Uses staging's primary key.
update staging s
set near = d.near,
    valid = d.valid,
    reason = d.reason,
    at = d.location,
    shape = d.shape,
    area_m2 = case when d.valid or not d.near then null else grid_area(d.shape, @plane::integer) end,
    effect_m2 = case when d.valid or not d.near then 0
                     else grid_area(d.shape, @plane::integer) - grid_area(s.delivery, @plane::integer) end
from (select t.record, v.valid, v.reason, v.location, repaired(t.delivery) as shape,
             st_coveredby(st_envelope(t.delivery), @near::geometry)
             or st_coveredby(st_points(t.delivery), @near::geometry) as near
      from staging t, lateral st_isvaliddetail(t.delivery) v
      where t.record between @first::integer and @last::integer) as d
where s.record = d.record
