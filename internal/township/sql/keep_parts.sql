-- Keep the parts, added up by townships, classes and, where several features lie
-- on each other, features.
-- Arguments: @county, @version, @division. Uses the primary keys of fragment and feature.
insert into township_part (county, division_id, id, towns, classes, others, features, area_m2)
with summed as (
    select p.towns, k.classes, k.features, sum(p.area_m2 order by p.fragment, p.area_m2) as area_m2
    from part p
    join fragment f on f.county = @county and f.version_id = @version and f.id = p.fragment
    join feature x on x.county = @county and x.version_id = @version and x.id = f.features[1]
    cross join lateral (
        select case when cardinality(f.features) = 1 then array[x.class]
                    else (select array_agg(distinct y.class order by y.class) from feature y
                          where y.county = @county and y.version_id = @version and y.id = any(f.features)) end as classes,
               case when cardinality(f.features) = 1 then '{}' else f.features end as features) as k
    group by p.towns, k.classes, k.features
)
select @county, @division::bigint, row_number() over (order by towns, classes, features), towns, classes, '{}', features, area_m2
from summed
