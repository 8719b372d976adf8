-- What becomes of staged records: their rows as feature has them, longitude/latitude,
-- the measuring plane, official and Gauss-Krüger area, digest; and whether the plane
-- geometry was sound or had to be made valid again after the projection. Each offset 0
-- has a step computed once, whatever it is used for.
-- Arguments: @staging, @plane (SRID of the Gauss-Krüger plane), @first, @last (record
-- numbers, inclusive), @refused, @repaired, @unsure (numbers of records to leave out,
-- to repair, and whose validity must be looked at), @borrowers, @xs, @ys (vertices to
-- insert: into which record, and where, in the delivery's coordinates), @millimetre.
-- Uses staged_record's primary key.
with borrowed as materialized (
    select b.record, st_collect(st_point(b.x, b.y)) as points
    from unnest(@borrowers::integer[], @xs::double precision[], @ys::double precision[]) as b (record, x, y)
    group by b.record
), shaped as (
    select m.record, m.code, m.name, m.class, m.attributes, m.delivery,
           case when b.points is null then m.shape
                else st_snap(m.shape, st_setsrid(b.points, st_srid(m.shape)), @millimetre) end as shape
    from (select s.*, case when s.record = any(@repaired::integer[]) then repaired(s.delivery) else s.delivery end as shape
          from staged_record s
          where s.staging_id = @staging and s.record between @first::integer and @last::integer
            and s.record <> all(@refused::integer[])
          order by s.record offset 0) as m
    left join borrowed b on b.record = m.record
)
select m.record, m.code, m.name, m.class, m.attributes, m.delivery,
       st_forcepolygonccw(st_multi(to_lonlat(m.shape))) as geom, m.face as plane,
       st_area(m.face) as area_m2, st_area(m.grid) as grid_m2,
       sha256(convert_to(concat_ws(e'\x1f', m.code, m.name, m.class, m.attributes::text), 'UTF8')
              || st_asewkb(m.delivery, 'NDR')) as digest,
       m.sound
from (select j.*, case when j.sound then st_multi(j.plane) else repaired(j.plane) end as face
      from (select p.*, (p.record <> all(@unsure::integer[]) or st_isvalid(p.plane)) as sound
            from (select g.*, plane_of_grid(g.grid) as plane
                  from (select s.*, to_grid(s.shape, @plane::integer) as grid
                        from (select * from shaped offset 0) as s offset 0) as g offset 0) as p offset 0) as j offset 0) as m
order by m.record
