-- Which features have the same shape as another? Boxes tell most apart; the rest
-- are compared point by point, wherever their rings begin.
-- Arguments: @county, @version. Reads the version's features.
insert into place (kind, features, geom, area_m2, width_m, hairline)
with same_box as materialized (
    select array_agg(id) as ids
    from feature
    where county = @county and version_id = @version
    group by st_xmin(geom), st_ymin(geom), st_xmax(geom), st_ymax(geom)
    having count(*) > 1
), shape as materialized (
    select f.id, f.geom, f.area_m2, f.grid_m2, md5(st_asbinary(st_normalize(f.geom))) as digest
    from same_box s cross join lateral unnest(s.ids) as i(id)
    join feature f on f.county = @county and f.version_id = @version and f.id = i.id
)
select 'duplicate', array_agg(id order by id), (array_agg(geom order by id))[1], min(area_m2),
       coalesce(2 * min(grid_m2) / nullif(st_perimeter(st_transform((array_agg(geom order by id))[1], 990001)), 0), 0), false
from shape
group by digest
having count(*) > 1
order by min(id)
