-- Which edges of a version's features are not shared by two neighbours? A border
-- between two features is drawn once in each direction and cancels; what is left
-- bounds every gap, every overlap and the layer's outline. Edges are told by their
-- very coordinates; all of that is put into the county's Gauss-Krüger plane, where
-- boundaries are straight.
-- Arguments: @county, @version, @plane (SRID). Uses feature's primary key.
insert into edge (line)
with segment as (
    select st_x(e.a) as x1, st_y(e.a) as y1, st_x(e.b) as x2, st_y(e.b) as y2
    from feature f, lateral st_dumpsegments(f.geom) s,
         lateral (select st_startpoint(s.geom) as a, st_endpoint(s.geom) as b) e
    where f.county = @county and f.version_id = @version
), directed as (
    select least(x1, x2) as left_x, case when x1 < x2 or x1 = x2 and y1 < y2 then y1 else y2 end as left_y,
           greatest(x1, x2) as right_x, case when x1 < x2 or x1 = x2 and y1 < y2 then y2 else y1 end as right_y,
           case when x1 < x2 or x1 = x2 and y1 < y2 then 1 else -1 end as direction
    from segment
    where x1 <> x2 or y1 <> y2
)
select to_grid(st_setsrid(st_makeline(st_point(left_x, left_y), st_point(right_x, right_y)), 4490), @plane::integer)
from directed
group by left_x, left_y, right_x, right_y
having sum(direction) <> 0
