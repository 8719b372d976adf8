-- What do the faces amount to, those joined that the cells had cut? A place below
-- @hairline metres of mean width, or below @noise m², is one line drawn twice.
-- Arguments: @faces, @places (arrays of one length: a face and the place it belongs
-- to), @plane (SRID), @noise, @hairline. Reads the faces.
create temporary table place on commit drop as
with joined as materialized (
    select p.place, min(f.kind) as kind, min(f.features) as features, st_multi(st_union(f.ground order by f.id)) as ground
    from unnest(@faces::integer[], @places::integer[]) as p (face, place)
    join face f on f.id = p.face
    group by p.place
), measured as materialized (
    select place, kind, features, st_multi(to_lonlat(ground)) as geom, st_area(to_plane(ground, @plane::integer)) as area_m2,
           coalesce(2 * st_area(ground) / nullif(st_perimeter(ground), 0), 0) as width_m
    from joined
)
select *, area_m2 <= @noise or width_m <= @hairline as hairline from measured
