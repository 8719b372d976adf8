-- Which features do the two versions have?
-- Arguments: @county, @before, @after (versions). Uses feature's primary key.
select version_id, id, record, code, name, class, digest, area_m2
from feature
where county = @county and version_id in (@before::bigint, @after::bigint)
order by version_id, id
