-- Which records are refused or repaired, and why? Refused are those without a
-- polygon left, those that lie or reach more than a degree outside the county's
-- bounds (@near; their first vertex out there is named), and those whose repair
-- changes more than the tolerance (the larger of @tolerance_m2 and
-- @tolerance_share of the area: then nobody can know which area was meant).
-- Arguments: @near, @tolerance_m2, @tolerance_share. Reads the whole staging table.
select s.record,
       case when s.shape is null then 'no-polygon'
            when not s.near then 'far-away'
            when abs(s.effect_m2) > greatest(@tolerance_m2, @tolerance_share * s.area_m2) then 'ambiguous'
            else 'repaired' end as judgement,
       coalesce(s.reason, '') as reason,
       st_x(place.at) as x,
       st_y(place.at) as y,
       coalesce(s.effect_m2, 0) as effect_m2
from staging s
cross join lateral (
    select case when s.near or s.shape is null then s.at
                else (select p.geom from st_dumppoints(s.delivery) p
                      where not st_intersects(p.geom, @near::geometry)
                      order by p.path limit 1) end as at) as place
where not s.valid or s.shape is null or not s.near
order by s.record
