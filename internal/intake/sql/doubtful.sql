-- Which records are refused or repaired, and why? Refused are those without a
-- polygon left, those whose repair changes more than the tolerance (the larger of
-- @tolerance_m2 and @tolerance_share of the area: then nobody can know which area
-- was meant), and those more than a degree outside the county's bounds.
-- Arguments: @county, @tolerance_m2, @tolerance_share. Reads the whole staging table.
select s.record,
       case when s.shape is null then 'no-polygon'
            when abs(s.effect_m2) > greatest(@tolerance_m2, @tolerance_share * s.area_m2) then 'ambiguous'
            when far.away then 'far-away'
            else 'repaired' end as judgement,
       coalesce(s.reason, '') as reason,
       case when far.away then st_x(far.corner) else st_x(s.at) end as x,
       case when far.away then st_y(far.corner) else st_y(s.at) end as y,
       coalesce(s.effect_m2, 0) as effect_m2
from staging s
cross join (select st_expand(bounds, 1) as box from county where code = @county) as k
cross join lateral (
    select c.corner, c.corner is not null and not st_intersects(to_lonlat(c.corner), k.box) as away
    from (select st_pointn(st_exteriorring(st_geometryn(s.shape, 1)), 1) as corner) as c) as far
where not s.valid or s.shape is null or far.away
order by s.record
