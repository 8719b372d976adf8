-- Which attributes have the records of a version, how long is the longest value of
-- each (bytes of its text in UTF-8), and are there whole numbers that a double
-- cannot hold? Arguments: @version. Uses feature's primary key by its county.
select a.key, max(octet_length(a.value #>> '{}')) as longest,
       bool_or(jsonb_typeof(a.value) = 'number' and (a.value #>> '{}') ~ '^-?[0-9]{16,}$') as large
from version v
join feature f on f.county = v.county and f.version_id = v.id
cross join lateral jsonb_each(f.attributes) as a
where v.id = @version
group by a.key
order by a.key collate "C"
