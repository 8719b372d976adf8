-- Which layers does the county have that may be seen, and which version of each is in
-- force?
-- Arguments: @county, and @see_counties, @see_layers, @clearance (null: all). Uses layer's primary key and version_one_in_force.
select l.key, l.title_zh, l.title_en, l.checked,
       coalesce(v.id, 0) as version_id, coalesce(v.label, '') as label,
       coalesce(v.digest, '') as digest, coalesce(v.schematic, false) as schematic
from layer l
left join version v on v.county = l.county and v.layer = l.key and v.state = 'in_force'
where l.county = @county and sees(l.county, l.key, @see_counties::text[], @see_layers::text[], @clearance::integer)
order by l.position, l.key
