-- What do a version's features say of themselves?
-- Arguments: @county, @version, @field (of an area, empty: none). Uses feature's
-- primary key.
select id, record, code, name, class, area_m2, coalesce(attributes ->> nullif(@field::text, ''), '')
from feature
where county = @county and version_id = @version
order by id
