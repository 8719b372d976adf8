-- Keep how large the places of a township version are that the same townships
-- cover: a table's first column, and what is counted more than once.
-- Arguments: @county, @townships (version), @division. Uses fragment's primary key.
insert into township_part (county, division_id, id, towns, classes, others, features, area_m2)
select @county, @division::bigint, row_number() over (order by features), features, '{}', '{}', '{}', sum(area_m2 order by id)
from fragment
where county = @county and version_id = @townships
group by features
