-- Which common ground has another class than before? Parts of kind 2 (attribute
-- change). Ground that features of several classes lie on has all of them, joined.
-- Arguments: @county, @before, @after (versions), @features (of the older version,
-- those whose ground changed its class anywhere). Uses fragment_plane_digest and
-- feature's primary key.
with common as (
    select b.features as features_before, a.features as features_after, b.plane, b.id, 0 as turn
    from fragment b
    join fragment a on a.version_id = @after::bigint and a.plane_digest = b.plane_digest
    where b.version_id = @before::bigint and b.features && @features::integer[]
    union all
    select s.features_before, s.features_after, d.geom, s.before, s.after * 1000 + d.path[1]
    from shared s, lateral st_dump(s.piece) as d
    where s.features_before && @features::integer[]
), classed as (
    select c.*,
           (select string_agg(distinct f.class, '＋' order by f.class) from feature f
            where f.county = @county and f.version_id = @before::bigint and f.id = any(c.features_before)) as class_from,
           (select string_agg(distinct f.class, '＋' order by f.class) from feature f
            where f.county = @county and f.version_id = @after::bigint and f.id = any(c.features_after)) as class_to
    from common c
)
insert into part (id, kind, face, features, plane, area_m2, piece, class_from, class_to)
select (select coalesce(max(id), 0) from part) + row_number() over (order by id, turn), 2, id, features_before, plane,
       st_area(plane), 0, class_from, class_to
from classed
where class_from <> class_to and st_area(plane) > 0
