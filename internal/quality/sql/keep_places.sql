-- Keep the places of findings, of each kind the largest.
-- Arguments: @county, @version, @most (of a kind). Uses feature's primary key.
insert into quality_place (county, version_id, id, kind, features, records, geom, area_m2, width_m)
select @county, @version, row_number() over (order by p.kind, p.area_m2 desc, p.features), p.kind, p.features,
       array(select f.record from unnest(p.features) as i(id)
             join feature f on f.county = @county and f.version_id = @version and f.id = i.id order by f.id),
       p.geom, p.area_m2, p.width_m
from (select *, row_number() over (partition by kind order by area_m2 desc, features) as rank from place where not hairline) as p
where p.rank <= @most::integer
