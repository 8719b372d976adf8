-- Which features' faces do not add up to them? None may: then the cutting went wrong.
-- Arguments: @county, @version, @tolerance_m2, @tolerance_share.
-- Uses the primary keys of feature and fragment.
with summed as (
    select u.feature, sum(f.area_m2 order by f.id) as area_m2
    from fragment f, lateral unnest(f.features) as u(feature)
    where f.county = @county and f.version_id = @version
    group by u.feature
)
select f.record, f.area_m2, coalesce(s.area_m2, 0) as faces_m2
from feature f
left join summed s on s.feature = f.id
where f.county = @county and f.version_id = @version
  and abs(f.area_m2 - coalesce(s.area_m2, 0)) > @tolerance_m2 + @tolerance_share * f.area_m2
order by f.record
limit 5
