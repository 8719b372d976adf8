-- Which codes occur more than once in a version, and in which records?
-- Arguments: @county, @version. Uses feature's primary key.
select code, array_agg(record order by record) as records
from feature
where county = @county and version_id = @version and code <> ''
group by code
having count(*) > 1
order by min(record)
