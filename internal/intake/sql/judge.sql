-- Is each staged record a valid polygon, and if not, what would a repair change?
-- Areas of the invalid ones are compared in the county's Gauss-Krüger plane.
-- Arguments: @plane (its SRID), @first, @last (record numbers, inclusive).
-- Uses staging's primary key.
update staging s
set valid = d.valid,
    reason = d.reason,
    at = d.location,
    shape = d.shape,
    area_m2 = case when d.valid then null else grid_area(d.shape, @plane::integer) end,
    effect_m2 = case when d.valid then 0
                     else grid_area(d.shape, @plane::integer) - grid_area(s.delivery, @plane::integer) end
from (select t.record, v.valid, v.reason, v.location, repaired(t.delivery) as shape
      from staging t, lateral st_isvaliddetail(t.delivery) v
      where t.record between @first::integer and @last::integer) as d
where s.record = d.record
