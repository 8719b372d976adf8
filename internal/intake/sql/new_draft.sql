-- Start a draft. An older draft of the same label gives way, a version that was
-- ever put in force never does: then no row comes back.
-- Arguments: @county, @layer, @label, @srid, @effective, @basis, @source,
-- @source_digest, @schematic. Uses version_label_is_unique.
insert into version (county, layer, label, srid, effective, basis, source, source_digest, schematic)
values (@county, @layer, @label, @srid, @effective, @basis, @source, @source_digest, @schematic)
on conflict on constraint version_label_is_unique do nothing
returning id
