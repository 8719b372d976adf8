-- Which faces were one before the cells cut them: of one kind and the same
-- features, on both sides of a cell's border?
-- Arguments: none. Reads the faces.
select a.id, b.id
from face a
join face b on a.cell < b.cell and a.kind = b.kind and a.features = b.features and a.ground && b.ground
where a.borders and b.borders and st_relate(a.ground, b.ground, '****1****')
order by a.id, b.id
