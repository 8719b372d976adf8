-- Which features are called so? Those whose code or name it is come first, then those
-- that begin with it, then those that hold it; among equals in the order of @versions,
-- the shorter name first.
-- Arguments: @county, @versions (ids), @text (lower case), @limit. Reads the features of
-- the versions by feature_code, boxes of those found only.
with hit as (
    select f.version_id, f.id, array_position(@versions::bigint[], f.version_id) as nth,
           case when @text in (lower(f.name), lower(f.code)) then 0
                when starts_with(lower(f.name), @text) or starts_with(lower(f.code), @text) then 1
                else 2 end as rank
    from feature f
    where f.county = @county and f.version_id = any(@versions::bigint[])
      and (position(@text in lower(f.name)) > 0 or position(@text in lower(f.code)) > 0)
    order by rank, nth, length(f.name), f.name, f.id
    limit @limit
)
select f.version_id, f.code, f.name, f.class, f.area_m2,
       st_xmin(f.geom), st_ymin(f.geom), st_xmax(f.geom), st_ymax(f.geom)
from hit
join feature f on f.county = @county and f.version_id = hit.version_id and f.id = hit.id
order by hit.rank, hit.nth, length(f.name), f.name, f.id
