-- Keep an approval that came with a draft, where its shape can be used: near the
-- county, and valid or repaired within @tolerance (m², Gauss-Krüger plane).
-- Arguments: @county, @version, @id, @record, @kind, @number, @day, @delivery (as it
-- came), @plane (SRID of the Gauss-Krüger plane), @tolerance. Uses county's primary key.
with judged as materialized (
    select v.valid, v.reason, v.location, repaired(@delivery::geometry) as shape,
           st_coveredby(st_envelope(to_lonlat(@delivery::geometry)), st_expand(k.bounds, 1)) as near
    from county k, lateral st_isvaliddetail(@delivery::geometry) as v
    where k.code = @county
), measured as materialized (
    select j.*, case when j.valid then 0 when not j.near or j.shape is null then 'Infinity'
                     else grid_area(j.shape, @plane::integer) - grid_area(@delivery::geometry, @plane::integer) end as effect_m2
    from judged j
), placed as (
    select repaired(to_plane(m.shape, @plane::integer)) as plane
    from measured m
    where m.near and m.shape is not null and abs(m.effect_m2) <= @tolerance
), kept as (
    insert into approval (county, version_id, id, record, kind, number, day, plane, area_m2, digest)
    select @county, @version::bigint, @id, @record, @kind::smallint, @number, @day::date, p.plane, st_area(p.plane),
           sha256(convert_to(concat_ws(e'\x1f', @kind::smallint, @number::text, @day::date), 'UTF8') || st_asewkb(@delivery::geometry, 'NDR'))
    from placed p
)
select near, valid, coalesce(reason, '') as reason, st_x(location) as x, st_y(location) as y, effect_m2 from measured
