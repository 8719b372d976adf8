-- Which versions are held of a layer (@layer empty: of every layer), newest first?
-- Arguments: @county, @layer. Uses version_label_is_unique.
select id, county, layer, label, state, srid, effective, basis, source, digest, schematic,
       features, area_m2, created_at, published_at
from version
where county = @county and (layer = @layer or @layer = '')
order by layer, created_at desc, id desc
