-- Which of some staged records are not simply polygons near the county, where, and what would
-- a repair change? Areas are compared in the county's Gauss-Krüger plane, which only
-- records near the county can be projected to. Of one that is not near, the first
-- vertex out there is named.
-- Arguments: @staging, @plane (SRID of the Gauss-Krüger plane), @near (polygon in the
-- delivery's coordinates), @records (their numbers). Uses staged_record's primary key.
with doubted as materialized (
    select d.*, repaired(d.delivery) as shape
    from (select s.record, s.delivery, v.valid, v.reason, v.location,
                 st_coveredby(st_envelope(s.delivery), @near::geometry)
                 or st_coveredby(st_points(s.delivery), @near::geometry) as near
          from staged_record s, lateral st_isvaliddetail(s.delivery) v
          where s.staging_id = @staging and s.record = any(@records::integer[])) as d
    where not d.valid or not d.near
)
select d.record, d.valid, coalesce(d.reason, '') as reason, d.near, d.shape is not null as shaped,
       st_x(place.at) as x, st_y(place.at) as y, coalesce(area.kept, 0) as kept_m2, coalesce(area.kept - area.came, 0) as effect_m2
from doubted d
cross join lateral (
    select case when d.near or d.shape is null then d.location
                else (select p.geom from st_dumppoints(d.delivery) p
                      where not st_intersects(p.geom, @near::geometry)
                      order by p.path limit 1) end as at) as place
left join lateral (
    select grid_area(d.shape, @plane::integer) as kept, grid_area(d.delivery, @plane::integer) as came
    where d.near and not d.valid) as area on true
order by d.record
