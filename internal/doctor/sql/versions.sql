-- Is each version that answers whole: as many features as it says, faces in both
-- planes, no feature whose faces do not add up to it? And is somebody publishing it
-- just now, as publish/sql/lock.sql would tell?
-- Arguments: @tolerance_m2, @tolerance_share. Reads all features and fragments.
with feature_sum as (
    select f.version_id, count(*) as features, sum(f.area_m2 order by f.id) as area_m2
    from feature f
    group by f.version_id
), face_sum as (
    select f.version_id, u.feature, sum(f.area_m2 order by f.id) as area_m2
    from fragment f, lateral unnest(f.features) as u(feature)
    group by f.version_id, u.feature
), unclosed as (
    select f.version_id, count(*) as features
    from feature f
    left join face_sum s on s.version_id = f.version_id and s.feature = f.id
    where abs(f.area_m2 - coalesce(s.area_m2, 0)) > @tolerance_m2 + @tolerance_share * f.area_m2
    group by f.version_id
), face_count as (
    select version_id, count(*) as faces from fragment group by version_id
), grid_count as (
    select version_id, count(*) as faces from fragment_grid group by version_id
)
select v.county || '.' || v.layer || '@' || v.label as ref, v.state, v.schematic,
       exists (select from pg_locks l where l.locktype = 'advisory' and l.database = (select oid from pg_database where datname = current_database())
                 and l.classid = 8152 and l.objid::bigint = v.id) as at_work,
       v.features <> coalesce(s.features, 0) as miscounted,
       abs(v.area_m2 - coalesce(s.area_m2, 0)) > @tolerance_m2 + @tolerance_share * v.area_m2 as misstated,
       coalesce(c.faces, 0) <> coalesce(g.faces, 0) as lopsided,
       coalesce(u.features, 0) as unclosed
from version v
left join feature_sum s on s.version_id = v.id
left join face_count c on c.version_id = v.id
left join grid_count g on g.version_id = v.id
left join unclosed u on u.version_id = v.id
order by v.county, v.layer, v.label
