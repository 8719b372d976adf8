-- Which versions are held of a layer (@layer empty: of every layer), newest first, that
-- may be seen?
-- Arguments: @county, @layer, and @see_counties, @see_layers, @clearance (null: all).
-- Uses version_label_is_unique.
select v.id, v.county, v.layer, v.label, v.state, v.srid, v.effective, v.basis, v.source, v.digest, v.schematic,
       v.features, v.area_m2, v.created_at, v.published_at, l.secrecy
from version v
join layer l on l.county = v.county and l.key = v.layer
where v.county = @county and (v.layer = @layer or @layer = '')
  and sees(v.county, v.layer, @see_counties::text[], @see_layers::text[], @clearance::integer)
order by v.layer, v.created_at desc, v.id desc
