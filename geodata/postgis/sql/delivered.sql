-- What was delivered as a version, record by record, as it came?
-- Arguments: @version. Uses feature's primary key by its county.
select f.record, f.code, f.name, f.class, f.attributes, f.delivery, f.area_m2
from version v
join feature f on f.county = v.county and f.version_id = v.id
where v.id = @version
order by f.id
