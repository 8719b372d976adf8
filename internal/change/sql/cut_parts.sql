-- Cut the parts of pieces that have a core into what lies in it and what does not.
-- Arguments: none. Reads core.
with gone as (
    delete from part p using core c where c.piece = p.piece returning p.*, c.plane as core
), cut as (
    select g.kind, g.face, g.features, g.class_from, g.class_to, true as thick, g.id, d.path, d.geom
    from gone g, lateral st_dump(st_collectionextract(st_intersection(g.plane, g.core), 3)) as d
    union all
    select g.kind, g.face, g.features, g.class_from, g.class_to, false, g.id, d.path, d.geom
    from gone g, lateral st_dump(st_collectionextract(st_difference(g.plane, g.core), 3)) as d
)
insert into part (id, kind, face, features, plane, area_m2, piece, class_from, class_to)
select (select coalesce(max(id), 0) from part) + row_number() over (order by id, thick, path),
       kind, face, features, geom, st_area(geom), case when thick then -1 else -2 end, class_from, class_to
from cut
where st_area(geom) > 0
