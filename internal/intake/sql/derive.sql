-- What becomes of staged records: their rows as feature has them, longitude/latitude,
-- the measuring plane, official and Gauss-Krüger area, digest; and whether the plane
-- geometry was sound or had to be made valid again after the projection.
-- Arguments: @staging, @plane (SRID of the Gauss-Krüger plane), @first, @last (record
-- numbers, inclusive), @refused, @repaired (numbers of records to leave out and to
-- repair), @borrowers, @xs, @ys (vertices to insert: into which record, and where, in
-- the delivery's coordinates), @millimetre. Uses staged_record's primary key.
with borrowed as materialized (
    select b.record, st_collect(st_point(b.x, b.y)) as points
    from unnest(@borrowers::integer[], @xs::double precision[], @ys::double precision[]) as b (record, x, y)
    group by b.record
), mended as materialized (
    select s.*, case when s.record = any(@repaired::integer[]) then repaired(s.delivery) else s.delivery end as shape
    from staged_record s
    where s.staging_id = @staging and s.record between @first::integer and @last::integer
      and s.record <> all(@refused::integer[])
), shaped as materialized (
    select m.record, m.code, m.name, m.class, m.attributes, m.delivery,
           case when b.points is null then m.shape
                else st_snap(m.shape, st_setsrid(b.points, st_srid(m.shape)), @millimetre) end as shape
    from mended m
    left join borrowed b on b.record = m.record
), projected as materialized (
    select s.*, to_grid(s.shape, @plane::integer) as grid from shaped s
), planed as materialized (
    select p.*, plane_of_grid(p.grid) as plane from projected p
), judged as materialized (
    select p.*, st_isvalid(p.plane) as sound from planed p
), measured as materialized (
    select j.*, case when j.sound then st_multi(j.plane) else repaired(j.plane) end as face from judged j
)
select m.record, m.code, m.name, m.class, m.attributes, m.delivery,
       st_forcepolygonccw(st_multi(to_lonlat(m.shape))) as geom, m.face as plane,
       st_area(m.face) as area_m2, st_area(m.grid) as grid_m2,
       sha256(convert_to(concat_ws(e'\x1f', m.code, m.name, m.class, m.attributes::text), 'UTF8')
              || st_asewkb(m.delivery, 'NDR')) as digest,
       m.sound
from measured m
order by m.record
