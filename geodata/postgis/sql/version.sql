-- Which version does a reference name: by its label, or with @label empty the
-- one in force?
-- Arguments: @county, @layer, @label. Uses version_label_is_unique and version_one_in_force.
select id, county, layer, label, state, srid, effective, basis, source, digest, schematic,
       features, area_m2, created_at, published_at
from version
where county = @county and layer = @layer
  and (label = @label or @label = '' and state = 'in_force')
