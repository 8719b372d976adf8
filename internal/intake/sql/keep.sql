-- Turn staged records into features of a draft: longitude/latitude, the measuring
-- plane, official and Gauss-Krüger area, digest. Returns the records whose plane
-- geometry had to be made valid again after the projection.
-- Arguments: @county, @version, @plane (SRID of the Gauss-Krüger plane),
-- @before (features kept so far), @first, @last (record numbers, inclusive).
-- Uses staging's primary key.
with projected as materialized (
    select s.*, to_plane(s.shape, @plane::integer) as plane
    from staging s
    where s.record between @first::integer and @last::integer
), measured as materialized (
    select p.record, p.code, p.name, p.class, p.attributes, p.delivery, p.shape,
           st_isvalid(p.plane) as sound,
           case when st_isvalid(p.plane) then st_multi(p.plane) else repaired(p.plane) end as plane
    from projected p
), kept as (
    insert into feature (county, version_id, id, record, code, name, class, attributes,
                         delivery, geom, plane, area_m2, grid_m2, digest)
    select @county, @version::bigint, @before::integer + row_number() over (order by m.record), m.record,
           m.code, m.name, m.class, m.attributes,
           m.delivery, st_forcepolygonccw(st_multi(to_lonlat(m.shape))), m.plane,
           st_area(m.plane), grid_area(m.shape, @plane::integer),
           sha256(convert_to(concat_ws(e'\x1f', m.code, m.name, m.class, m.attributes::text), 'UTF8')
                  || st_asewkb(m.delivery, 'NDR'))
    from measured m
)
select record, sound from measured order by record
