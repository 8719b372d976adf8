-- How much of a version lies in each township, as publishing worked it out? No row:
-- it did not. Township 0 is outside all of them, -1 what townships that overlap count
-- more than once.
-- Arguments: @county, @version, @township (version). Uses township_division_once and
-- township_part's primary key.
select s.township, sum(s.area_m2 order by p.id, s.township) as area_m2
from township_division d
join township_part p on p.county = d.county and p.division_id = d.id
cross join lateral (
    select u.township, p.area_m2 from unnest(p.towns) as u(township)
    union all
    select 0, p.area_m2 where cardinality(p.towns) = 0
    union all
    select -1, (cardinality(p.towns) - 1) * p.area_m2 where cardinality(p.towns) > 1) as s
where d.county = @county and d.version_id = @version and d.other_id is null and d.townships = @township
group by s.township
order by s.township
