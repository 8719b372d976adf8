-- Where are a version's findings? The largest first, kind by kind.
-- Arguments: @county, @layer, @label, @most. Uses quality_place's primary key.
select p.kind, p.records, p.geom, p.area_m2, p.width_m,
       array(select coalesce(nullif(f.code, ''), nullif(f.name, ''), '') from unnest(p.features) as i(id)
             join feature f on f.county = p.county and f.version_id = p.version_id and f.id = i.id order by f.id),
       st_x(c.at), st_y(c.at)
from version v
join quality_place p on p.county = v.county and p.version_id = v.id
cross join lateral (select st_pointonsurface(p.geom) as at) as c
where v.county = @county and v.layer = @layer and v.label = @label
order by p.id
limit @most
