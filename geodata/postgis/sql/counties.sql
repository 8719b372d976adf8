-- Which counties does this deployment hold?
-- Arguments: none. Reads the whole (small) table in code order.
select code, name_zh, name_en, plane_srid, bounds, profile
from county
order by code
