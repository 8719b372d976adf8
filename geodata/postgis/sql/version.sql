-- Which version does a reference name: by its label, or with @label empty the
-- one in force? One that may not be seen is not there.
-- Arguments: @county, @layer, @label, and @see_counties, @see_layers, @clearance (null:
-- all). Uses version_label_is_unique and version_one_in_force.
select v.id, v.county, v.layer, v.label, v.state, v.srid, v.effective, v.basis, v.source, v.digest, v.schematic,
       v.features, v.area_m2, v.created_at, v.published_at, l.secrecy
from version v
join layer l on l.county = v.county and l.key = v.layer
where v.county = @county and v.layer = @layer
  and (v.label = @label or @label = '' and v.state = 'in_force')
  and sees(v.county, v.layer, @see_counties::text[], @see_layers::text[], @clearance::integer)
