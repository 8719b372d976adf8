-- Which versions are asked for, and how finely are they cut? One row for each
-- layer with its version, in the catalogue's order.
-- Arguments: @versions. Uses version's primary key and fragment's.
select v.id, l.key, l.title_zh, l.title_en, v.label, v.digest, v.schematic,
       (select count(*) from fragment f where f.county = v.county and f.version_id = v.id) as faces
from version v
join layer l on l.county = v.county and l.key = v.layer
where v.id = any(@versions::bigint[])
order by l.position, l.key, v.id
