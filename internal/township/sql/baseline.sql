-- How large is a version: as it was kept when it was divided among townships, else
-- the sum of its faces; null where it was never cut into any.
-- Arguments: @county, @version. Uses township_division_once, else fragment's primary key.
select coalesce(
    (select d.area_m2 from township_division d
     where d.county = @county and d.version_id = @version and d.other_id is null
     order by d.id limit 1),
    (select sum(f.area_m2 order by f.id) from fragment f
     where f.county = @county and f.version_id = @version))
