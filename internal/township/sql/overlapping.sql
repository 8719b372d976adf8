-- Where do townships lie on each other? The largest places first.
-- Arguments: @county, @townships (version), @least (m²). Uses fragment's primary key.
with shared as (
    select features, sum(area_m2 order by id) as area_m2
    from fragment
    where county = @county and version_id = @townships and cardinality(features) > 1
    group by features
)
select (select string_agg(coalesce(nullif(x.name, ''), x.code), '、' order by x.id) from feature x
        where x.county = @county and x.version_id = @townships and x.id = any(s.features)) as names, s.area_m2
from shared s
where s.area_m2 > @least
order by s.area_m2 desc, s.features
limit 5
