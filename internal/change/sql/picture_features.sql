-- What do some features of a version look like, with their own points?
-- Arguments: @county, @version, @records, @plane (SRID they are wanted in, metres or
-- degrees). Uses feature's primary key.
select record, code, name, class,
       case when @plane::integer = 4490 then geom
            else st_multi(to_grid(repaired(delivery), @plane::integer)) end as shape
from feature
where county = @county and version_id = @version and record = any(@records::integer[])
order by id
