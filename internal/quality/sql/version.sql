-- What is examined: the version, how its records were taken in, what its layer may
-- be, and the townships in force (0 where there are none, or where it is theirs).
-- Arguments: @county, @layer, @label. Uses version_label_is_unique.
select v.id, v.digest, v.features, v.area_m2, v.state, v.schematic, l.tiles, l.overlapping, c.plane_srid,
       coalesce((v.intake ->> 'read')::integer, 0), coalesce((v.intake ->> 'refused')::integer, 0), coalesce((v.intake ->> 'repaired')::integer, 0),
       coalesce(t.id, 0), coalesce(t.label, '')
from version v
join layer l on l.county = v.county and l.key = v.layer
join county c on c.code = v.county
left join version t on t.county = v.county and t.layer = 'township' and t.state = 'in_force' and v.layer <> 'township'
where v.county = @county and v.layer = @layer and v.label = @label
