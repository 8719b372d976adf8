-- How many features lie in which townships, and outside them (0)? A feature is
-- where it has more than @least m². A part thinner than @hairline is the same
-- border twice, densified between other points: it is no presence.
-- Arguments: @county, @version, @division, @least (m²), @hairline (m). Uses the
-- primary keys of fragment and feature.
insert into township_presence (county, division_id, id, towns, class, features)
with lain as (
    select u.feature, t.town
    from part p
    join fragment f on f.county = @county and f.version_id = @version and f.id = p.fragment
    cross join lateral unnest(f.features) as u(feature)
    cross join lateral unnest(case when cardinality(p.towns) = 0 then array[0] else p.towns end) as t(town)
    where p.plane is null or 2 * p.area_m2 >= @hairline * st_perimeter(p.plane)
    group by u.feature, t.town
    having sum(p.area_m2) > @least
), placed as (
    select feature, array_agg(town order by town) as towns from lain group by feature
), counted as (
    select coalesce(p.towns, '{}') as towns, x.class, count(*) as features
    from feature x
    left join placed p on p.feature = x.id
    where x.county = @county and x.version_id = @version
    group by 1, 2
)
select @county, @division::bigint, row_number() over (order by towns, class), towns, class, features from counted
