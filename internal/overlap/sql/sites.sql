-- What are the sites: is each a valid polygon, how large is it, where is it in the
-- measuring plane, and in the Gauss-Krüger plane? One row a site, in their order.
-- Parcels that are asked for as a whole are united first. A corridor is its axis widened, a circle its centre, both in the Gauss-Krüger
-- plane, with 64 segments a quarter circle (the default is 0.64 % small); a
-- corridor ends square, where its axis ends.
-- Arguments: @county; parallel arrays: @deliveries (as they came), @forms (polygon,
-- whole, corridor or circle), @buffers (metres: a corridor's width, a circle's radius).
-- Uses county's primary key. Each step is materialized, so that what several
-- figures are taken from is worked out once. The Gauss-Krüger plane is reached by way
-- of the measuring plane, as that of the faces is: PROJ's way back from there is off by
-- a millimetre, which a distance between the two then is not.
with delivered as materialized (
    select a.n, a.came, a.form, a.buffer, k.plane_srid, k.bounds,
           case a.form
               when 'whole' then (select st_multi(st_union(repaired(p.geom) order by p.path)) from st_dump(a.came) p)
               when 'corridor' then st_buffer(to_grid(a.came, k.plane_srid), a.buffer / 2, 'quad_segs=64 endcap=flat join=round')
               when 'circle' then st_buffer(to_grid(a.came, k.plane_srid), a.buffer, 'quad_segs=64')
               else a.came end as delivery
    from county k
    cross join unnest(@deliveries::geometry[], @forms::text[], @buffers::double precision[])
        with ordinality as a(came, form, buffer, n)
    where k.code = @county
), shaped as materialized (
    select d.*, v.valid, v.reason, v.location,
           case when v.valid and not st_isempty(d.delivery) then st_multi(st_collectionextract(d.delivery, 3))
                else repaired(d.delivery) end as shape
    from delivered d, lateral st_isvaliddetail(d.delivery) v
), placed as materialized (
    select s.*, to_grid(s.shape, s.plane_srid) as grid, to_lonlat(s.shape) as lonlat
    from shaped s
), projected as materialized (
    select p.*, to_plane(p.grid, p.plane_srid) as raw_plane,
           case when not st_coveredby(st_envelope(p.lonlat), st_expand(p.bounds, 1)) then (
               select v.geom
               from st_dumppoints(p.shape) v
               where not st_intersects(to_lonlat(v.geom), st_expand(p.bounds, 1))
               order by v.path
               limit 1) end as away
    from placed p
), measured as materialized (
    select p.*, case when st_isvalid(p.raw_plane) then p.raw_plane else repaired(p.raw_plane) end as plane
    from projected p
)
select m.plane_srid,
       m.shape is not null as has_area,
       m.valid,
       coalesce(m.reason, '') as reason,
       st_x(m.location) as x,
       st_y(m.location) as y,
       case when m.valid then 0 else st_area(m.grid) - grid_area(m.delivery, m.plane_srid) end as effect_m2,
       st_x(m.away) as away_x,
       st_y(m.away) as away_y,
       (st_ymin(m.lonlat) + st_ymax(m.lonlat)) / 2 as latitude,
       m.plane,
       plane_to_grid(m.plane, m.plane_srid) as grid,
       st_area(m.plane) as area_m2,
       st_area(m.grid) as grid_m2,
       case when m.form = 'corridor' then st_length(to_grid(m.came, m.plane_srid)) else 0 end as length_m,
       encode(sha256(case when m.form in ('corridor', 'circle')
                          then st_asewkb(st_normalize(m.came), 'NDR') || convert_to(m.form || m.buffer::text, 'UTF8')
                          else st_asewkb(st_normalize(m.delivery), 'NDR') end), 'hex') as digest
from measured m
order by m.n
